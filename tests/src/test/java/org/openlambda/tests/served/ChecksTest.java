package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Server;

/// What is wrong with a function is said when it appears, while there are few enough of them.
@Tag("root")
@Tag("slow")
final class ChecksTest {
  private static final int MOST = 500;
  private static final String BROKEN = "import nothing_of_this_name\n";
  private static final Duration A_WHILE = Duration.ofSeconds(3);

  private static boolean speaksOf(Server server, String function) {
    return server.said().contains(function + ":");
  }

  @Test
  void with_more_than_500_functions_what_is_wrong_is_said_at_the_first_call(@TempDir Path folder)
      throws Exception {
    Functions functions = Functions.in(folder.resolve("functions"));
    functions.add("z-broken", BROKEN);
    for (int i = 1; i < MOST; i++) {
      functions.add("f" + i, "def f(event):\n    return 1\n");
    }
    try (Server server = Server.start(functions.folder(), folder.resolve("state"));
        Http http = server.http()) {
      Eventually.require(() -> speaksOf(server, "z-broken"), told -> told); // the last of 500
      functions.add("a-broken", BROKEN); // the first of 501
      Eventually.require(() -> http.call("a-broken", "1").status(), status -> status == 500);
      Thread.sleep(A_WHILE);
      assertThat(speaksOf(server, "a-broken")).isFalse();
      assertThat(http.call("f7", "1").body()).isEqualTo("1");
    }
  }
}
