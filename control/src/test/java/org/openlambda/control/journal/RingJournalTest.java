package org.openlambda.control.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.units.Bytes;

@Timeout(60)
class RingJournalTest {
  private static final FunctionId HELLO = new FunctionId(Account.FIRST, new FunctionName("hello"));
  private static final FunctionId OTHER = new FunctionId(Account.FIRST, new FunctionName("other"));
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final Usage USAGE =
      new Usage(
          Usage.Start.WARM,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Bytes.mebi(128),
          Duration.ZERO,
          Bytes.ZERO,
          new Phases(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));

  private final RingJournal journal =
      new RingJournal(new JournalBounds(100, 10, Bytes.kibi(4), Bytes.kibi(64)));

  private static RequestId id(int number) {
    return new RequestId("id-" + number);
  }

  private static Journal.Entry entry(int number) {
    return new Journal.Entry(id(number), HELLO, "hello@1", NOON, new Outcome.Lost("the test"), 500);
  }

  private static LogLine line(int invocation, String text) {
    return new LogLine(id(invocation), HELLO, NOON.plusSeconds(invocation), text);
  }

  private static Selection of(Optional<FunctionId> function, Optional<Instant> since) {
    return new Selection(
        Account.FIRST, function.map(FunctionId::name), since, Optional.empty(), Optional.empty());
  }

  private static List<String> texts(List<LogLine> lines) {
    return lines.stream().map(LogLine::text).toList();
  }

  @Test
  void an_invocation_is_found_with_its_lines_in_order() {
    journal.line(line(1, "a"));
    journal.line(line(2, "x"));
    journal.line(line(1, "b"));
    journal.ended(entry(1));

    assertThat(journal.find(id(1))).contains(entry(1));
    assertThat(texts(journal.lines(id(1)))).containsExactly("a", "b");
    assertThat(journal.find(id(2))).isEmpty();
    assertThat(journal.lines(id(3))).isEmpty();
  }

  @Test
  void the_default_keeps_the_last_ten_thousand_invocations() {
    var large = new RingJournal(JournalBounds.DEFAULT);
    IntStream.range(0, 40_000).forEach(number -> large.ended(entry(number)));

    assertThat(IntStream.range(30_000, 40_000).filter(n -> large.find(id(n)).isPresent()).count())
        .isEqualTo(10_000);
    assertThat(large.find(id(0))).isEmpty();
  }

  @Test
  void the_oldest_invocation_is_forgotten_with_its_lines() {
    IntStream.range(0, 101).forEach(number -> journal.line(line(number, "line")));

    assertThat(journal.lines(id(0))).isEmpty();
    assertThat(journal.lines(id(1))).hasSize(1);
  }

  @Test
  void lines_beyond_the_bound_of_an_invocation_are_counted_and_said() {
    IntStream.range(0, 25).forEach(number -> journal.line(line(1, "line " + number)));

    var texts = texts(journal.lines(id(1)));
    assertThat(texts).hasSize(11).startsWith("… 15 earlier lines were dropped", "line 15");
    assertThat(texts).endsWith("line 24");
  }

  @Test
  void text_beyond_the_bound_of_an_invocation_is_dropped() {
    IntStream.range(0, 5).forEach(number -> journal.line(line(1, number + "x".repeat(900))));

    var texts = texts(journal.lines(id(1)));
    assertThat(texts).hasSize(4).startsWith("… 2 earlier lines were dropped");
    assertThat(texts.getLast()).startsWith("4x");
  }

  @Test
  void a_flood_of_lines_leaves_the_newest_whole() {
    var texts = IntStream.range(0, 5_000).mapToObj(n -> n + "é".repeat(n * 7 % 300)).toList();
    texts.forEach(text -> journal.line(line(1, text)));

    var kept = texts(journal.lines(id(1)));
    assertThat(kept).hasSizeGreaterThan(3);
    assertThat(kept.subList(1, kept.size()))
        .isEqualTo(texts.subList(texts.size() - kept.size() + 1, texts.size()));
  }

  @Test
  void lines_are_kept_with_their_time_and_the_stream_of_their_instance() {
    var lines =
        IntStream.range(0, 5)
            .mapToObj(n ->
                new LogLine(id(1), HELLO, NOON.plusNanos(n + 1), "ä" + n, n < 1 ? "" : "s" + n % 3))
            .toList();
    lines.forEach(journal::line);

    assertThat(journal.lines(id(1))).isEqualTo(lines);
  }

  @Test
  void what_is_left_of_another_invocation_is_not_seen() {
    IntStream.range(0, 300).forEach(n -> journal.line(new LogLine(id(n), OTHER, NOON, "other")));
    IntStream.range(300, 400).forEach(n -> journal.ended(entry(n)));
    assertThat(journal.recent(Selection.all(Account.FIRST), 1_000)).isEmpty();

    journal.line(line(350, "mine"));
    assertThat(journal.lines(id(350))).containsExactly(line(350, "mine"));
  }

  @Test
  void a_line_is_cut_at_its_longest() {
    journal.line(line(1, "x".repeat(LogLine.LONGEST + 5)));

    assertThat(journal.lines(id(1)).getLast().text()).hasSize(LogLine.LONGEST);
  }

  @Test
  void text_beyond_the_bound_of_all_is_taken_from_the_oldest() {
    IntStream.range(0, 90).forEach(number -> journal.ended(entry(number)));
    IntStream.range(0, 90).forEach(number -> journal.line(line(number, "x".repeat(999))));

    assertThat(texts(journal.lines(id(0)))).containsExactly("… 1 earlier lines were dropped");
    assertThat(journal.find(id(0))).isPresent();
    long kept =
        IntStream.range(0, 90)
            .filter(number -> texts(journal.lines(id(number))).getLast().startsWith("x"))
            .count();
    assertThat(kept).isEqualTo(64);
  }

  @Test
  void text_stays_bounded_when_old_invocations_go_on_printing() {
    for (int round = 0; round < 50; round++) {
      IntStream.range(0, 90).forEach(number -> journal.line(line(number, "x".repeat(500))));
    }

    assertThat(journal.recent(Selection.all(Account.FIRST), 100_000).size())
        .isBetween(1, 64 * 1024 / 525);
  }

  @Test
  void the_newest_lines_come_oldest_first_by_function_and_time() {
    for (int number = 0; number < 8; number++) {
      journal.line(line(number, "h" + number));
      journal.line(new LogLine(id(50 + number), OTHER, NOON, "o" + number));
    }

    assertThat(texts(journal.recent(of(Optional.of(HELLO), Optional.empty()), 3)))
        .containsExactly("h5", "h6", "h7");
    assertThat(texts(journal.recent(Selection.all(Account.FIRST), 3)))
        .containsExactly("o6", "h7", "o7");
    assertThat(texts(journal.recent(of(Optional.of(HELLO), Optional.of(NOON.plusSeconds(6))), 10)))
        .containsExactly("h6", "h7");
    assertThat(journal.recent(Selection.all(Account.FIRST), 0)).isEmpty();
  }

  @Test
  void what_is_kept_of_an_answer_is_small() {
    var body = new Payload.Whole(200, List.of(new Header("a", "b")), new byte[1 << 20]);
    journal.ended(
        new Journal.Entry(id(1), HELLO, "v", NOON, new Outcome.Returned(body, USAGE), 200));
    journal.ended(
        new Journal.Entry(
            id(2),
            HELLO,
            "v",
            NOON,
            new Outcome.Threw("E", "m".repeat(9999), "t".repeat(9999) + "end", USAGE),
            500));

    assertThat(journal.find(id(1)).orElseThrow().outcome())
        .isInstanceOfSatisfying(
            Outcome.Returned.class,
            returned -> assertThat(((Payload.Whole) returned.body()).body()).isEmpty());
    assertThat(journal.find(id(2)).orElseThrow().outcome())
        .isInstanceOfSatisfying(
            Outcome.Threw.class,
            threw -> {
              assertThat(threw.trace()).hasSize(Brief.LONGEST_TRACE + 1).endsWith("end");
              assertThat(threw.message()).hasSize(Brief.LONGEST_MESSAGE + 1);
            });
  }

  @Test
  void a_listener_hears_everything_until_it_is_closed() throws Exception {
    List<Journal.Entry> entries = new CopyOnWriteArrayList<>();
    List<LogLine> lines = new CopyOnWriteArrayList<>();
    try (var _ = journal.listen(entries::add, lines::add)) {
      journal.line(line(1, "a"));
      journal.ended(entry(1));
    }
    journal.line(line(1, "b"));

    assertThat(texts(lines)).containsExactly("a");
    assertThat(entries).containsExactly(entry(1));
  }

  @Test
  void a_listener_that_throws_is_removed_and_others_go_on() {
    List<LogLine> heard = new ArrayList<>();
    List<LogLine> tried = new ArrayList<>();
    journal.listen(
        _ -> {},
        line -> {
          tried.add(line);
          throw new IllegalStateException("the test");
        });
    journal.listen(_ -> {}, heard::add);
    journal.line(line(1, "a"));
    journal.line(line(1, "b"));

    assertThat(tried).hasSize(1);
    assertThat(heard).hasSize(2);
  }

  @Test
  void many_threads_lose_nothing_that_fits() throws Exception {
    var large = new RingJournal(JournalBounds.DEFAULT);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int thread = 0; thread < 50; thread++) {
        int first = thread * 100;
        threads.execute(() -> {
          for (int number = first; number < first + 100; number++) {
            large.line(line(number, "a"));
            large.line(line(number, "b"));
            large.ended(entry(number));
          }
        });
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    }

    for (int number = 0; number < 5000; number++) {
      assertThat(texts(large.lines(id(number)))).containsExactly("a", "b");
      assertThat(large.find(id(number))).isPresent();
    }
  }

  @Test
  void recording_takes_a_few_microseconds_at_the_most() {
    var large = new RingJournal(JournalBounds.DEFAULT);
    var ids = IntStream.range(0, 200_000).mapToObj(RingJournalTest::entry).toList();
    long best = Long.MAX_VALUE;
    for (int round = 0; round < 5; round++) {
      long begin = System.nanoTime();
      ids.forEach(large::ended);
      best = Math.min(best, (System.nanoTime() - begin) / ids.size());
    }
    System.out.println("journal: " + best + " ns an entry");

    assertThat(best).isLessThan(20_000);
  }

  @Test
  void bounds_that_make_no_sense_are_refused() {
    assertThatThrownBy(() -> new JournalBounds(0, 1, Bytes.kibi(1), Bytes.kibi(1)))
        .hasMessageContaining("at least one invocation");
    assertThatThrownBy(() -> new JournalBounds(1, 1, Bytes.kibi(2), Bytes.kibi(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
