package org.openlambda.control.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Journal.Entry;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.units.Bytes;

final class EntryCodecTest {
  private static final FunctionId HELLO = new FunctionId(Account.FIRST, new FunctionName("hello"));
  private static final Usage USAGE =
      new Usage(
          Usage.Start.FORKED,
          Duration.ofNanos(1_234_567),
          Duration.ofNanos(1_235_000),
          Bytes.mebi(128),
          Duration.ofNanos(3),
          new Bytes(4),
          new Phases(
              Duration.ofNanos(5), Duration.ofNanos(6), Duration.ofNanos(7), Duration.ofNanos(8)));

  static List<Outcome> ends() {
    return List.of(
        new Outcome.Returned(new Payload.Streamed(201, List.of(), 5, false), USAGE),
        new Outcome.Threw("ValueError", "ü", "Traceback\n", USAGE),
        new Outcome.Crashed(new Exit.Status(3), USAGE),
        new Outcome.Crashed(new Exit.Signal(11), USAGE),
        new Outcome.Crashed(new Exit.Breach("a frame of 9 bytes"), USAGE),
        new Outcome.TimedOut(Duration.ofSeconds(3), USAGE),
        new Outcome.OutOfMemory(Bytes.mebi(128), USAGE),
        new Outcome.Rejected(Outcome.Reason.RESERVED_FULL, Duration.ofSeconds(1)),
        new Outcome.Lost("the test"),
        new Outcome.Lost("größer als \0 und \ud83d\ude00"));
  }

  private static Entry entry(Outcome outcome) {
    Instant at = Instant.parse("2026-01-31T12:00:00.123456789Z");
    return new Entry(RequestId.random(), HELLO, "hello@1f2e3d4c5b6a", at, outcome, 499);
  }

  private static byte[] bytes(Entry entry) {
    var out = ByteBuffer.allocate(Frames.MOST);
    EntryCodec.put(out, entry);
    return Arrays.copyOf(out.array(), out.position());
  }

  @ParameterizedTest
  @MethodSource("ends")
  void every_end_comes_back_as_it_was(Outcome outcome) throws Exception {
    Entry entry = entry(outcome);
    assertThat(EntryCodec.entry(entry.id(), HELLO, bytes(entry))).isEqualTo(entry);
  }

  @ParameterizedTest
  @MethodSource("ends")
  void what_is_torn_is_refused(Outcome outcome) throws Exception {
    byte[] bytes = bytes(entry(outcome));
    for (int length = 0; length < bytes.length; length++) {
      byte[] torn = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> EntryCodec.entry(RequestId.random(), HELLO, torn))
          .isInstanceOf(IOException.class);
    }
  }
}
