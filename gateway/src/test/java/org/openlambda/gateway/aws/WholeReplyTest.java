package org.openlambda.gateway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.limit.BodyRooms;
import org.openlambda.gateway.limit.Room;

class WholeReplyTest {
  private static final int MEBI = 1024 * 1024;
  private static final Duration SHORT = Duration.ofMillis(50);

  private static final Usage USAGE =
      new Usage(
          Usage.Start.WARM,
          Duration.ZERO,
          Duration.ZERO,
          Bytes.mebi(128),
          Duration.ZERO,
          Bytes.mebi(1),
          new Phases(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO));

  private final Room room =
      new Room(new Room.Share(new Room.Bounds(2 * 1024, 4), new Room.Bounds(1024, 4), SHORT));

  private static Outcome streamed(long bytes) {
    return new Outcome.Returned(new Payload.Streamed(200, List.of(), bytes, true), USAGE);
  }

  private WholeReply reply(String function) {
    return new WholeReply(room, function);
  }

  @Test
  void pieces_become_one_answer() throws IOException {
    try (WholeReply reply = reply("f")) {
      reply.write(new byte[] {1, 2});
      reply.write(new byte[] {3});
      assertThat(reply.of(streamed(3)))
          .isInstanceOfSatisfying(
              Outcome.Returned.class,
              returned ->
                  assertThat(((Payload.Whole) returned.body()).body()).containsExactly(1, 2, 3));
    }
  }

  @Test
  void answers_have_their_room_and_whoever_finds_none_loses_the_answer() throws IOException {
    try (WholeReply first = reply("f");
        WholeReply second = reply("f")) {
      first.write(new byte[MEBI]);
      assertThatThrownBy(() -> second.write(new byte[1])).isInstanceOf(IOException.class);
      assertThat(second.of(streamed(1))).isInstanceOf(Outcome.Lost.class);
      try (WholeReply other = reply("g")) {
        other.write(new byte[MEBI]); // a function is in nobody else's way
      }
    }
    try (WholeReply again = reply("f")) {
      again.write(new byte[MEBI]);
    }
  }

  @Test
  void what_is_too_large_is_kept_no_further() throws IOException {
    var all = new Room(BodyRooms.DEFAULT.answers());
    try (var reply = new WholeReply(all, "f")) {
      reply.write(new byte[FunctionAnswer.MOST]);
      reply.write(new byte[1]);
      assertThatThrownBy(() -> reply.write(new byte[1])).isInstanceOf(IOException.class);
    }
  }
}
