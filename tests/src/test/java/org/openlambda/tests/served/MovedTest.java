package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// An installation works in any folder, not only where it was built: a distribution is made in one
/// and unpacked in another.
@Tag("root")
@Timeout(120)
final class MovedTest {
  private static final Path BUILT = Machine.ROOT.resolve("target/openlambda");

  @Test
  void an_installation_that_was_moved_serves_from_its_caches(@TempDir Path folder)
      throws Exception {
    Path installation = Files.createDirectory(folder.resolve("elsewhere"));
    copy(BUILT.resolve("lib"), installation);
    copy(BUILT.resolve("libexec"), installation);
    copy(Machine.ROOT.resolve("ol"), installation);
    Path data = folder.resolve("data");
    try (Server server = Server.upOf(installation, data, "-XX:AOTMode=on")) {
      assertThat(installation.resolve("postgres")).as("its database is its own").isDirectory();
      String hello = Machine.ROOT.resolve("examples/hello").toString();
      assertThat(Server.runBeside(server, "deploy", hello).output()).contains("hello: new");
      String address = "http://127.0.0.1:" + server.port();
      assertThat(Server.runBeside(server, "invoke", "hello", "--server", address).output())
          .contains("{\"hello\": \"you\"}");
    }
  }

  /// With the times of files: the JVM does not take a cache for jars that seem changed.
  private static void copy(Path from, Path into) throws Exception {
    var cp = new ProcessBuilder("cp", "-a", from.toString(), into.toString()).inheritIO().start();
    assertThat(cp.waitFor()).isZero();
  }
}
