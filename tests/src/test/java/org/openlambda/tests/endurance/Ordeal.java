package org.openlambda.tests.endurance;

import java.io.IOException;
import java.util.Random;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http.Answer;

/// What happens to one sandbox of a soak, and what its caller must be answered. Each is used for
/// one call. One in twenty goes each of the seven ways to die.
enum Ordeal {
  WORK("brief", 200, ""),
  EXIT("brief", 502, "exited with status 3"),
  CRASH("brief", 502, "signal 11"),
  RAISE("brief", 500, "ValueError: as asked"),
  EAT("brief", 502, "32 MiB"),
  BREACH("brief", 502, "broke the wire protocol"),
  HANG("hanging", 504, "did not end within 200 ms"),
  KILLED("victim", 502, "signal 9");

  /// A function whose calls only wait, so that very many may run at once.
  static final String RESTING = "resting";

  private static final int ONE_IN = 20;

  private static final String HANDLER =
      """
      import ctypes, os, time
      def f(event):
          match event['do']:
              case 'EXIT': os._exit(3)
              case 'CRASH': ctypes.string_at(0)
              case 'RAISE': raise ValueError('as asked')
              case 'EAT': return len(b'x' * (200 << 20))
              case 'BREACH': os.write(3, b'no frame at all!')
              case 'HANG' | 'KILLED': time.sleep(900)
              case 'REST': time.sleep(0.5)
          return event['n']
      """;

  private final String function;
  private final int status;
  private final String cause;

  Ordeal(String function, int status, String cause) {
    this.function = function;
    this.status = status;
    this.cause = cause;
  }

  /// The functions that undergo them; no sandbox serves twice.
  static Functions writeTo(Functions functions) throws IOException {
    return functions
        .add("brief", "reuse-sandbox: false\nmemory: 32MB\ntimeout: 10m\n", HANDLER)
        .add(RESTING, "reuse-sandbox: false\nmemory: 32MB\ntimeout: 10m\n", HANDLER)
        .add("hanging", "reuse-sandbox: false\nmemory: 32MB\ntimeout: 200ms\n", HANDLER)
        .add("victim", "reuse-sandbox: false\nmemory: 32MB\ntimeout: 15m\n", HANDLER);
  }

  static Ordeal draw(Random random) {
    int drawn = random.nextInt(ONE_IN);
    Ordeal[] all = values();
    return drawn < all.length - 1 ? all[drawn + 1] : WORK;
  }

  String function() {
    return function;
  }

  String event(int number) {
    return "{\"do\":\"%s\",\"n\":%d}".formatted(this, number);
  }

  boolean isAnsweredBy(Answer answer, int number) {
    if (answer.status() != status || answer.id().isEmpty()) {
      return false;
    }
    return switch (this) {
      case WORK -> answer.body().equals(Integer.toString(number));
      case RAISE -> answer.body().contains(cause);
      case EXIT, CRASH, EAT, BREACH, HANG, KILLED ->
          answer.type().equals("application/problem+json")
              && answer.json().path("detail").asString().contains(cause)
              && answer.json().path("requestId").asString().equals(answer.id());
    };
  }
}
