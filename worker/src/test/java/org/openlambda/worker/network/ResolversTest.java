package org.openlambda.worker.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolversTest {
  @TempDir private Path folder;

  @Test
  void the_first_three_servers_of_version_4_are_used() throws IOException {
    Path file =
        file(
            """
            # made by hand
            search example.test
            nameserver 2001:db8::1
            nameserver  10.0.0.2
            \tnameserver 192.0.2.1 # the other one
            nameserver elsewhere
            nameserver 192.0.2.2
            nameserver 192.0.2.3
            """);
    assertThat(Resolvers.read(List.of(file)).text())
        .isEqualTo(
            """
            nameserver 10.0.0.2
            nameserver 192.0.2.1
            nameserver 192.0.2.2
            options timeout:2 attempts:2
            """);
  }

  @Test
  void a_file_that_names_the_loopback_only_is_passed_over() throws IOException {
    Path stub = file("nameserver 127.0.0.53\n");
    Path real = file("nameserver 192.0.2.7\n");
    assertThat(Resolvers.read(List.of(stub, real)).text()).startsWith("nameserver 192.0.2.7\n");
  }

  @Test
  void files_that_are_not_there_name_nobody() throws IOException {
    assertThat(Resolvers.read(List.of(folder.resolve("none"))).addresses()).isEmpty();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(Files.createTempFile(folder, "resolv", ".conf"), text);
  }
}
