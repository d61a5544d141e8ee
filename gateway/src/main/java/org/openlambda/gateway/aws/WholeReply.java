package org.openlambda.gateway.aws;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Reply;
import org.openlambda.gateway.limit.Room;

/// An answer for callers that want it whole, also if it comes in pieces: larger ones than a frame
/// of the runtime do, and those of handlers that `yield`. It takes its room as it grows. For the
/// thread that invokes.
public final class WholeReply implements Reply, AutoCloseable {
  private static final int STEP_KIBI = 512;

  private final Room room;
  private final String function;
  private final List<Room.Place> places = new ArrayList<>();
  private final List<byte[]> pieces = new ArrayList<>();
  private int bytes;
  private boolean isCrowdedOut;

  WholeReply(Room room, String function) {
    this.room = room;
    this.function = function;
  }

  /// The outcome with all that came, or with more than [FunctionAnswer#MOST] bytes of it.
  Outcome of(Outcome outcome) {
    if (!(outcome instanceof Outcome.Returned(Payload.Streamed streamed, var usage))) {
      return outcome;
    }
    if (isCrowdedOut) {
      return new Outcome.Lost(
          "The function's answer is lost, as too many large answers are on their way; it has run.");
    }
    return new Outcome.Returned(
        new Payload.Whole(streamed.status(), streamed.headers(), joined()), usage);
  }

  private byte[] joined() {
    var all = new byte[bytes];
    int at = 0;
    for (byte[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }

  @Override
  public void start(int status, List<Header> headers) {}

  /// @throws IOException if more is not kept: the function need not go on
  @Override
  public void write(byte[] piece) throws IOException {
    if (bytes > FunctionAnswer.MOST) {
      throw new IOException("the answer is too large");
    }
    while (bytes + piece.length > places.size() * STEP_KIBI * 1024) {
      Optional<Room.Place> place = room.enter(function, STEP_KIBI);
      if (place.isEmpty()) {
        isCrowdedOut = true;
        throw new IOException("there is no room for the answer");
      }
      places.add(place.get());
    }
    pieces.add(piece);
    bytes += piece.length;
  }

  @Override
  public void whenGone(Runnable action) {}

  /// When it has been given.
  @Override
  public void close() {
    places.forEach(Room.Place::close);
  }
}
