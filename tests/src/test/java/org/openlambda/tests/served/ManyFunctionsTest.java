package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Server;

/// Ten thousand functions cost one call no more than ten.
@Tag("root")
@Tag("slow")
final class ManyFunctionsTest {
  private static final int MANY = 10_000;
  private static final int FEW = 10;

  /// Calls of functions never called before, and calls before them that warm the server up.
  private static final int MEASURED = 60;

  private static final int WARMUP = 60;
  private static final Duration PROMISED_START = Duration.ofSeconds(3);

  private static final double MOST_TIMES = 2.0;

  private static String code(int number) {
    return "def f(event):\n    return " + number + "\n";
  }

  @Test
  void ten_thousand_functions_are_served_like_ten(@TempDir Path folder) throws Exception {
    var few = Functions.in(folder.resolve("few"));
    for (int i = 0; i < FEW + WARMUP; i++) {
      few.add("f" + i, code(i));
    }
    var many = Functions.in(folder.resolve("many"));
    for (int i = 0; i < MANY; i++) {
      many.add("f" + i, code(i));
    }
    double one = coldMillis(few, folder.resolve("state-few"), 1);
    Server server = Server.start(many.folder(), folder.resolve("state-many"), "--quiet");
    Duration start = server.startTime();
    double another;
    try (server) {
      another = coldMillis(server, MANY / (MEASURED + WARMUP + 1));
    }
    System.out.printf(
        "%d functions: ready in %d ms; cold p50 %.2f ms, with %d of them %.2f ms, ratio %.2f%n",
        MANY, start.toMillis(), another, FEW + WARMUP, one, another / one);
    assertThat(start).isLessThanOrEqualTo(PROMISED_START);
    assertThat(another / one).isLessThanOrEqualTo(MOST_TIMES);
  }

  private static double coldMillis(Functions functions, Path state, int step) throws Exception {
    try (Server server = Server.start(functions.folder(), state, "--quiet")) {
      return coldMillis(server, step);
    }
  }

  /// The median time of first calls, over functions that lie `step` apart.
  private static double coldMillis(Server server, int step) throws Exception {
    Http http = server.http();
    for (int i = 0; i < WARMUP; i++) {
      cold(http, i * step);
    }
    int measured = step == 1 ? FEW : MEASURED;
    double[] millis = new double[measured];
    for (int i = 0; i < measured; i++) {
      millis[i] = cold(http, (WARMUP + i) * step);
    }
    Arrays.sort(millis);
    return millis[measured / 2];
  }

  private static double cold(Http http, int number) throws Exception {
    long begin = System.nanoTime();
    Answer answer = http.call("f" + number, "{}");
    double millis = (System.nanoTime() - begin) / 1e6;
    assertThat(answer.body()).isEqualTo(Integer.toString(number));
    return millis;
  }
}
