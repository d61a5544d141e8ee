package org.openlambda.worker.zygote;

import static org.openlambda.fuzz.Oracle.that;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.openlambda.core.invocation.Exit;
import org.openlambda.fuzz.Oracle;

/// What a zygote may send, one message an input. Read by a second, independent look at the bytes.
public final class ZygoteFuzz {
  private ZygoteFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    byte[] message = Arrays.copyOf(input, Math.min(input.length, ZygoteMessage.LONGEST));
    var at = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    switch (ZygoteMessage.parse(message)) {
      case ZygoteMessage.Ready() -> that(at.getInt(0) == 1, "READY of another kind");
      case ZygoteMessage.Spawned(long id, int errno) ->
          that(
              at.getInt(0) == 3 && at.getInt(4) == errno && at.getLong(8) == id,
              "SPAWNED with other numbers");
      case ZygoteMessage.Exited(long id, Exit how) -> {
        that(at.getInt(0) == 4 && at.getLong(8) == id, "EXITED with other numbers");
        switch (how) {
          case Exit.Status(int status) -> that(status >= 0 && status <= 255, "status %d", status);
          case Exit.Signal(int signal) -> that(signal >= 0 && signal <= 127, "signal %d", signal);
          case Exit.Breach breach -> throw new AssertionError("a zygote does not judge: " + breach);
        }
      }
      case ZygoteMessage.Malformed(String what) -> Oracle.isSentence(what);
    }
  }
}
