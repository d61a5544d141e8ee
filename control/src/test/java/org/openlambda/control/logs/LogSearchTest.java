package org.openlambda.control.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;

/// How lines are found among many.
@Timeout(120)
final class LogSearchTest {
  private static final FunctionId HELLO = function("123456789012", "hello");

  /// Segments of 64 KiB.
  private static final LogBounds SMALL =
      new LogBounds(
          Bytes.mebi(512), Bytes.mebi(1), Duration.ofDays(14), Bytes.mebi(8), Bytes.mebi(2));

  @TempDir private Path folder;
  private LogStore store;

  private static FunctionId function(String account, String name) {
    return new FunctionId(new Account(account), new FunctionName(name));
  }

  @BeforeEach
  void open() throws IOException {
    store = LogStore.open(folder, SMALL, Time.system());
  }

  @AfterEach
  void close() {
    store.close();
  }

  private RequestId say(FunctionId function, String... texts) {
    var id = RequestId.random();
    for (String text : texts) {
      store.line(new LogLine(id, function, Instant.now(), text));
    }
    return id;
  }

  @Test
  void a_question_for_the_newest_lines_reads_only_so_much() throws Exception {
    for (int i = 0; i < 700; i++) {
      say(HELLO, "%d %s".formatted(i, "x".repeat(1000)));
    }
    store.settle();
    store.close();
    Shelf shelf = Shelf.open(folder.resolve("lines"));
    Calls calls = Calls.open(folder.resolve("calls"));
    var little = new Search(shelf, calls, Bytes.kibi(100).count());
    List<LogLine> found = little.newest(Selection.all(HELLO.account()), 10_000);
    assertThat(found.size()).isBetween(1, 200);
    assertThat(found.getLast().text()).startsWith("699 ");
    assertThat(LogStore.MOST_READ).isEqualTo(Bytes.mebi(64).count());
    var all = new Search(shelf, calls, Bytes.mebi(2).count());
    assertThat(all.newest(Selection.all(HELLO.account()), 10_000)).hasSize(700);
  }

  @Test
  void sixty_four_segments_are_open_for_writing_at_once() throws Exception {
    for (int i = 0; i < 100; i++) {
      say(function("123456789012", "f" + i), "a line");
      store.settle();
    }
    Path lines = folder.resolve("lines").toRealPath();
    long open = 0;
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : files.toList()) {
        open += Files.isSymbolicLink(file) && target(file).startsWith(lines) ? 1 : 0;
      }
    }
    assertThat(open).isEqualTo(64);
  }

  /// What a descriptor is of; it may have been closed meanwhile.
  private static Path target(Path file) throws IOException {
    try {
      return Files.readSymbolicLink(file);
    } catch (NoSuchFileException e) {
      return file;
    }
  }

  @Test
  void an_answer_has_8_mi_characters_and_the_oldest_lines_are_left_out() throws Exception {
    int length = 16 * 1024;
    int fit = (8 << 20) / length;
    try (LogStore large =
        LogStore.open(folder.resolve("large"), LogBounds.DEFAULT, Time.system())) {
      for (int i = 0; i < fit + 10; i++) {
        String text = "%04d%s".formatted(i, "x".repeat(length - 4));
        large.line(new LogLine(RequestId.random(), HELLO, Instant.now(), text));
        if (i % 50 == 0) {
          large.settle();
        }
      }
      large.settle();
      assertThat(large.dropped()).isZero();
      List<LogLine> found = large.recent(Selection.all(HELLO.account()), 10_000);
      assertThat(found).hasSize(fit);
      assertThat(found.getFirst().text()).startsWith("0010");
      assertThat(found.getLast().text()).startsWith("%04d".formatted(fit + 9));
    }
  }

  @Test
  void what_a_segment_that_grows_no_more_tells_of_its_streams_is_read_once() throws Exception {
    int lines = 400;
    for (int i = 0; i < lines; i++) {
      print("%d %s".formatted(i, "x".repeat(1_000)), "stream " + i / 10);
    }
    store.settle();
    List<LogStore.Stream> all = store.streams(HELLO);
    assertThat(all).hasSize(lines / 10);
    Files.delete(oldestSegment());
    assertThat(store.streams(HELLO)).isEqualTo(all);
    print("one more", "stream 0");
    print("and another one", "new");
    store.settle();
    List<LogStore.Stream> more = store.streams(HELLO);
    assertThat(more).hasSize(lines / 10 + 1);
    assertThat(more.getLast().name()).isEqualTo("new");
    LogStore.Stream grown = more.get(more.size() - 2);
    assertThat(grown.name()).isEqualTo("stream 0");
    assertThat(grown.firstMillis()).isEqualTo(all.getFirst().firstMillis());
    assertThat(grown.lastMillis()).isGreaterThanOrEqualTo(all.getLast().lastMillis());
  }

  private Path oldestSegment() throws IOException {
    try (var segments = Files.list(folder.resolve("lines/123456789012"))) {
      return segments.sorted().findFirst().orElseThrow();
    }
  }

  @Test
  void what_is_remembered_of_streams_has_an_end() throws Exception {
    for (int i = 0; i < 200; i++) {
      print("%d %s".formatted(i, "x".repeat(1_000)), "stream " + i);
    }
    store.close();
    FunctionLog log = Shelf.open(folder.resolve("lines")).find(HELLO).orElseThrow();
    assertThat(log.segments().size()).isGreaterThan(2);
    var few = new Streams(1);
    var many = new Streams(Streams.MOST_REMEMBERED);
    assertThat(few.of(log)).hasSize(200);
    assertThat(many.of(log)).hasSize(200);
    Files.delete(oldestSegment());
    assertThat(few.of(log).size()).isLessThan(200);
    assertThat(many.of(log)).hasSize(200);
  }

  private void print(String text, String stream) {
    store.line(new LogLine(RequestId.random(), HELLO, Instant.now(), text, stream));
  }

  @Test
  void lines_are_read_with_their_streams_from_any_of_them_on() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      store.line(
          new LogLine(RequestId.random(), HELLO, Instant.now(), "line " + i, "stream " + i % 400));
    }
    store.settle();
    var positions = new ArrayList<Position>();
    store.read(
        HELLO,
        Optional.empty(),
        0,
        (line, position) -> {
          int number = positions.size();
          assertThat(line.text()).isEqualTo("line " + number);
          assertThat(line.stream()).isEqualTo("stream " + number % 400);
          return positions.add(position);
        });
    assertThat(positions).hasSize(1_000).isSorted().doesNotHaveDuplicates();
    var behind = new ArrayList<String>();
    store.read(
        HELLO,
        Optional.of(positions.get(700)),
        0,
        (line, _) -> {
          behind.add(line.text() + " of " + line.stream());
          return behind.size() < 2;
        });
    assertThat(behind).containsExactly("line 701 of stream 301", "line 702 of stream 302");
  }

  @Test
  void a_call_is_found_among_a_million_lines_of_a_hundred_functions() throws Exception {
    int calls = 250_000;
    var some = new ArrayList<RequestId>();
    for (int i = 0; i < calls; i++) {
      FunctionId function = function("123456789012", "f" + i % 100);
      RequestId id =
          say(function, "START", "a line that says something of the call", "END", "REPORT");
      if (i % (calls / 200) == 0) {
        some.add(id);
      }
      if (i % 2_000 == 0) {
        store.settle();
      }
    }
    store.settle();
    assertThat(store.dropped()).isZero();
    var took = new ArrayList<Long>();
    for (int i = 0; i < 1_000; i++) {
      RequestId id = some.get(ThreadLocalRandom.current().nextInt(some.size()));
      long begin = System.nanoTime();
      assertThat(store.lines(id, 100)).hasSize(4);
      took.add(System.nanoTime() - begin);
    }
    took.sort(null);
    System.out.printf(
        "%,d lines, %s: a call is found in %.2f ms (median), %.2f ms (99 of 100)%n",
        4 * calls, new Bytes(store.bytes()), took.get(500) / 1e6, took.get(990) / 1e6);
    assertThat(took.get(500)).isLessThan(Duration.ofMillis(50).toNanos());
  }
}
