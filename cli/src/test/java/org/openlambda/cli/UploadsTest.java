package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.cli.terminal.Tty;

/// `ol deploy` of something large, as a person sees it and as a program does.
final class UploadsTest {
  private static final Tty TERMINAL = new Tty(true, false);

  @TempDir private Path folder;
  private StubServer server;

  @BeforeEach
  void start() throws IOException {
    server = new StubServer();
    server.at("/registry", StubServer.whole(201, "text/plain", "uploaded"));
    server.at(
        "/api/v1/functions",
        StubServer.json("[{\"name\":\"large\",\"version\":\"0123456789ab\"}]"));
    Files.writeString(folder.resolve("f.py"), "def f(event): return event\n");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Shell.Result deploy(Tty tty, int bytes) throws IOException {
    var random = new byte[bytes]; // does not shrink when it is packed
    new Random(7).nextBytes(random);
    Files.write(folder.resolve("data.bin"), random);
    return Shell.ol(
        "", tty, "deploy", folder.toString(), "--name", "large", "--server", server.address());
  }

  @Test
  void a_large_upload_is_shown_on_a_terminal_and_wiped_away() throws IOException {
    Shell.Result result = deploy(TERMINAL, 3_000_000);
    assertThat(result.out()).isEqualTo("large: unchanged\n");
    assertThat(result.err())
        .startsWith("\ruploading [")
        .contains("100 %, 3.0 of 3.0 MB")
        .matches("(?s).*\r +\r");
  }

  @Test
  void small_uploads_and_outputs_that_are_no_terminal_show_nothing() throws IOException {
    assertThat(deploy(Tty.NONE, 3_000_000).err()).isEmpty();
    assertThat(deploy(TERMINAL, 3_000).err()).isEmpty();
  }
}
