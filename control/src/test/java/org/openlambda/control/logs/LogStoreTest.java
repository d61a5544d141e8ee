package org.openlambda.control.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.journal.JournalBounds;
import org.openlambda.control.journal.RingJournal;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;

@Timeout(120)
final class LogStoreTest {
  private static final FunctionId HELLO = function("123456789012", "hello");
  private static final FunctionId OTHER = function("123456789012", "other");
  private static final FunctionId FOREIGN = function("999999999999", "hello");

  /// Segments of 64 KiB.
  private static final LogBounds SMALL =
      new LogBounds(
          Bytes.mebi(4), Bytes.mebi(1), Duration.ofDays(14), Bytes.mebi(8), Bytes.mebi(2));

  @TempDir private Path folder;
  private final Clock clock = new Clock();
  private LogStore store;

  /// The machine's, and some days.
  private static final class Clock implements Time {
    private volatile Duration ahead = Duration.ZERO;

    @Override
    public long nanos() {
      return System.nanoTime() + ahead.toNanos();
    }

    @Override
    public Instant now() {
      return Instant.now().plus(ahead);
    }
  }

  private static FunctionId function(String account, String name) {
    return new FunctionId(new Account(account), new FunctionName(name));
  }

  @BeforeEach
  void open() throws IOException {
    store = LogStore.open(folder, SMALL, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  private void openAgain() throws IOException {
    store.close();
    open();
  }

  private LogLine line(RequestId id, FunctionId function, String text) {
    return new LogLine(id, function, clock.now(), text, "2026/01/31/[1]abc");
  }

  private RequestId say(FunctionId function, String... texts) {
    var id = RequestId.random();
    for (String text : texts) {
      store.line(line(id, function, text));
    }
    return id;
  }

  private static Selection of(FunctionId function) {
    return new Selection(
        function.account(),
        Optional.of(function.name()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private List<String> texts(Selection selection) throws IOException {
    return store.recent(selection, 100_000).stream().map(LogLine::text).toList();
  }

  private List<String> texts(RequestId id) throws IOException {
    return store.lines(id, 100_000).stream().map(LogLine::text).toList();
  }

  @Test
  void of_an_account_that_is_forgotten_nothing_is_left_and_of_others_everything() throws Exception {
    FunctionId theirs = function("999999999999", "hello");
    RequestId gone = say(theirs, "a", "b");
    say(HELLO, "ours");
    store.settle();
    assertThat(store.accounts()).containsExactlyInAnyOrder(theirs.account(), HELLO.account());
    say(theirs, "what waits to be written");
    store.forget(theirs.account());
    store.settle();
    assertThat(store.accounts()).containsExactly(HELLO.account());
    assertThat(texts(of(theirs))).isEmpty();
    assertThat(texts(gone)).isEmpty();
    assertThat(folder.resolve("lines/999999999999")).doesNotExist();
    assertThat(texts(of(HELLO))).containsExactly("ours");
    say(theirs, "a call that still ran");
    assertThat(texts(of(theirs))).containsExactly("a call that still ran");
    store.forget(theirs.account());
    openAgain();
    assertThat(store.accounts()).containsExactly(HELLO.account());
  }

  @Test
  void a_call_is_found_with_its_lines_and_its_end_after_a_restart() throws Exception {
    RequestId one = say(HELLO, "a", "b");
    RequestId two = say(OTHER, "x");
    store.line(line(one, HELLO, "c"));
    var end =
        new Journal.Entry(one, HELLO, "hello@1", clock.now(), new Outcome.Lost("the test"), 502);
    store.ended(end);
    openAgain();
    assertThat(texts(one)).containsExactly("a", "b", "c");
    assertThat(texts(two)).containsExactly("x");
    assertThat(store.find(one)).contains(end);
    assertThat(store.find(two)).isEmpty();
    assertThat(store.find(RequestId.random())).isEmpty();
    assertThat(store.find(new RequestId("no id of ours"))).isEmpty();
    RequestId three = say(HELLO, "d");
    store.settle();
    assertThat(texts(three)).containsExactly("d");
    assertThat(texts(of(HELLO))).containsExactly("a", "b", "c", "d");
  }

  @Test
  void lines_are_found_by_function_time_call_and_text() throws Exception {
    RequestId first = say(HELLO, "one apple", "one pear");
    Instant between = clock.now();
    RequestId second = say(HELLO, "two apples");
    say(OTHER, "an apple");
    var all = Selection.all(HELLO.account());
    assertThat(texts(all)).containsExactly("one apple", "one pear", "two apples", "an apple");
    assertThat(store.recent(all, 2).stream().map(LogLine::text))
        .containsExactly("two apples", "an apple");
    assertThat(texts(of(OTHER))).containsExactly("an apple");
    assertThat(texts(wanted(Optional.of(between), Optional.empty(), Optional.empty())))
        .containsExactly("two apples", "an apple");
    assertThat(texts(wanted(Optional.empty(), Optional.of(first), Optional.of("pear"))))
        .containsExactly("one pear");
    assertThat(texts(wanted(Optional.empty(), Optional.of(second), Optional.empty())))
        .containsExactly("two apples");
    assertThat(texts(wanted(Optional.empty(), Optional.empty(), Optional.of("Apple")))).isEmpty();
  }

  private static Selection wanted(
      Optional<Instant> since, Optional<RequestId> call, Optional<String> text) {
    return new Selection(HELLO.account(), Optional.empty(), since, call, text);
  }

  @Test
  void an_account_sees_only_its_own_lines() throws Exception {
    say(HELLO, "ours");
    RequestId theirs = say(FOREIGN, "theirs");
    assertThat(texts(Selection.all(HELLO.account()))).containsExactly("ours");
    assertThat(texts(wanted(Optional.empty(), Optional.of(theirs), Optional.empty()))).isEmpty();
    assertThat(store.functions(HELLO.account())).containsExactly(HELLO);
    assertThat(store.functions(FOREIGN.account())).containsExactly(FOREIGN);
  }

  @Test
  void a_flood_of_one_function_pushes_out_only_its_own_lines() throws Exception {
    RequestId quiet = say(OTHER, "still here");
    RequestId first = say(HELLO, "0".repeat(1000));
    for (int i = 1; i < 8_000; i++) {
      say(HELLO, "%d %s".formatted(i, "x".repeat(1000)));
      if (i % 500 == 0) {
        store.settle();
      }
    }
    store.settle();
    assertThat(texts(quiet)).containsExactly("still here");
    assertThat(texts(first)).isEmpty();
    List<String> kept = texts(of(HELLO));
    assertThat(kept.getLast()).startsWith("7999 ");
    assertThat(kept).hasSizeBetween(800, 1100);
    assertThat(store.bytes()).isLessThan(Bytes.mebi(2).count());
    assertThat(store.dropped()).isZero();
  }

  @Test
  void many_lines_do_not_lie_until_the_pause_is_over() {
    long shortest = Long.MAX_VALUE;
    for (int tries = 0; tries < 5; tries++) {
      long before = store.bytes();
      long start = System.nanoTime();
      for (int i = 0; i < 700; i++) {
        say(HELLO, "%d %s".formatted(i, "x".repeat(1000)));
      }
      while (store.bytes() == before) {
        Thread.onSpinWait();
      }
      shortest = Math.min(shortest, System.nanoTime() - start);
      store.settle();
    }
    assertThat(Duration.ofNanos(shortest)).isLessThan(Duration.ofMillis(90));
  }

  @Test
  void when_all_is_too_much_the_function_that_has_most_gives_way() throws Exception {
    RequestId quiet = say(OTHER, "still here");
    for (int number = 0; number < 8; number++) {
      for (int i = 0; i < 900; i++) {
        say(function("123456789012", "f" + number), "x".repeat(1000));
      }
      store.settle();
    }
    assertThat(texts(quiet)).containsExactly("still here");
    assertThat(store.bytes()).isLessThanOrEqualTo(SMALL.all().count());
    for (int number = 0; number < 8; number++) {
      assertThat(texts(of(function("123456789012", "f" + number)))).hasSizeGreaterThan(250);
    }
  }

  @Test
  void lines_that_are_older_than_the_age_go() throws Exception {
    RequestId old = say(HELLO, "old");
    RequestId forgotten = say(OTHER, "nothing comes after it");
    store.settle();
    clock.ahead = Duration.ofDays(13);
    RequestId newer = say(HELLO, "newer");
    store.settle();
    assertThat(texts(of(HELLO))).containsExactly("old", "newer");
    clock.ahead = Duration.ofDays(15);
    for (int i = 0; i < 100 && !store.functions(OTHER.account()).equals(List.of(HELLO)); i++) {
      Thread.sleep(50); // until the keeper comes by
    }
    assertThat(texts(of(HELLO))).containsExactly("newer");
    assertThat(texts(old)).isEmpty();
    assertThat(texts(forgotten)).isEmpty();
    assertThat(texts(newer)).containsExactly("newer");
    assertThat(filesOf(OTHER)).isEmpty();
    RequestId again = say(OTHER, "again");
    store.settle();
    assertThat(texts(again)).containsExactly("again");
  }

  private List<Path> filesOf(FunctionId function) throws IOException {
    String begin = function.name() + "-";
    try (Stream<Path> files = Files.list(folder.resolve("lines/" + function.account()))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(begin))
          .sorted()
          .toList();
    }
  }

  private Path segment(FunctionId function) throws IOException {
    return filesOf(function).getLast();
  }

  @Test
  void what_was_kept_in_folders_of_functions_is_found() throws Exception {
    RequestId first = say(HELLO, "first");
    RequestId other = say(OTHER, "of another");
    store.close();
    Path file = segment(HELLO);
    Path old = Files.createDirectory(file.resolveSibling("hello"));
    Files.move(file, old.resolve(file.getFileName().toString().substring("hello-".length())));
    Path strange = Files.writeString(old.resolveSibling("strange"), "of nobody");
    Files.writeString(folder.resolve("lines/111111111111"), "no folder");
    open();
    assertThat(texts(first)).containsExactly("first");
    RequestId second = say(HELLO, "second");
    store.settle();
    assertThat(texts(of(HELLO))).containsExactly("first", "second");
    assertThat(texts(second)).containsExactly("second");
    assertThat(texts(other)).containsExactly("of another");
    assertThat(filesOf(HELLO)).containsExactly(file);
    assertThat(old).doesNotExist();
    assertThat(strange).exists();
  }

  @Test
  void a_torn_end_is_cut_and_everything_before_it_is_readable() throws Exception {
    RequestId one = say(HELLO, "whole");
    store.settle();
    long whole = Files.size(segment(HELLO));
    say(HELLO, "torn by a crash");
    store.close();
    for (long length = Files.size(segment(HELLO)) - 1; length >= whole; length -= 7) {
      try (var file = new RandomAccessFile(segment(HELLO).toFile(), "rw")) {
        file.setLength(length);
      }
      open();
      assertThat(texts(of(HELLO))).as("%d bytes", length).startsWith("whole");
      RequestId next = say(HELLO, "next");
      store.settle();
      assertThat(texts(one)).containsExactly("whole");
      assertThat(texts(next)).containsExactly("next");
      assertThat(texts(of(HELLO))).containsExactly("whole", "next");
      store.close();
      try (var file = new RandomAccessFile(segment(HELLO).toFile(), "rw")) {
        file.setLength(whole);
        file.seek(whole);
        file.write(new byte[(int) (length - whole)]); // what a crash leaves is not always shorter
      }
    }
    open();
  }

  @Test
  void what_comes_faster_than_it_is_written_is_dropped_and_the_log_says_how_much()
      throws Exception {
    int many = 200_000;
    var id = RequestId.random();
    IntStream.range(0, many).forEach(i -> store.line(line(id, HELLO, "x".repeat(400))));
    RequestId other = say(OTHER, "there was room for others");
    store.settle();
    say(HELLO, "afterwards");
    store.settle();
    assertThat(texts(other)).containsExactly("there was room for others");
    assertThat(store.dropped()).isPositive();
    List<String> last = texts(of(HELLO));
    assertThat(last).last().isEqualTo("afterwards");
    assertThat(last)
        .anyMatch(text -> text.matches("… [0-9,]+ lines are missing here: they could not be .*"));
  }

  @Test
  void a_disk_that_cannot_be_written_costs_lines_which_are_counted_and_it_goes_on()
      throws Exception {
    Path place = folder.resolve("lines/123456789012");
    Files.writeString(place, "in the way");
    RequestId lost = say(HELLO, "a", "b", "c");
    store.settle();
    assertThat(texts(lost)).isEmpty();
    assertThat(store.dropped()).isEqualTo(3);
    Files.delete(place);
    clock.ahead = Duration.ofSeconds(2);
    RequestId kept = say(HELLO, "d");
    store.settle();
    assertThat(texts(kept)).containsExactly("d");
    assertThat(texts(of(HELLO)))
        .containsExactly("… 3 lines are missing here: they could not be written", "d");
  }

  @Test
  void a_line_is_cut_at_its_longest() throws Exception {
    RequestId id = say(HELLO, "€".repeat(LogLine.LONGEST + 1));
    store.settle();
    assertThat(texts(id)).containsExactly("€".repeat(LogLine.LONGEST));
  }

  @Test
  void the_journal_of_a_server_answers_from_memory_and_from_the_disk() throws Exception {
    var memory = new RingJournal(new JournalBounds(1, 10, Bytes.kibi(4), Bytes.kibi(64)));
    Journal journal = new KeptJournal(memory, store);
    var ids = IntStream.range(0, 3).mapToObj(_ -> RequestId.random()).toList();
    for (RequestId id : ids) {
      journal.line(line(id, HELLO, "of " + id));
      journal.ended(
          new Journal.Entry(id, HELLO, "hello@1", clock.now(), new Outcome.Lost("test"), 502));
      assertThat(journal.lines(id)).as("at once").hasSize(1);
    }
    store.settle();
    for (RequestId id : ids) {
      assertThat(journal.find(id)).isPresent();
      assertThat(journal.lines(id).getFirst().text()).isEqualTo("of " + id);
    }
    assertThat(journal.recent(Selection.all(HELLO.account()), 2)).hasSize(2);
    assertThat(journal.find(RequestId.random())).isEmpty();
  }
}
