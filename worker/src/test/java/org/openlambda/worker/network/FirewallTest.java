package org.openlambda.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Without the real nft; that is in [OutboundNetworkTest].
class FirewallTest {
  private static final FirewallRules RULES =
      new FirewallRules(
          "openlambda-x",
          "olx-",
          new AddressRange(0),
          List.of("eth0"),
          List.of(Inet4Address.ofLiteral("192.0.2.1")));

  @TempDir private Path folder;

  @Test
  void without_nft_it_says_what_to_install_and_leaves_no_file() {
    assertThatThrownBy(() -> firewall(folder.resolve("nft")).load(RULES))
        .isInstanceOf(NoNetwork.class)
        .hasMessageContaining("apt install nftables");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void what_nft_complains_of_is_passed_on() throws IOException {
    Path nft = program("echo 'Error: no such table' >&2; exit 1");
    assertThatThrownBy(() -> firewall(nft).load(RULES))
        .isInstanceOf(NoNetwork.class)
        .hasMessageContaining("exited with status 1: Error: no such table");
  }

  @Test
  void the_file_of_rules_is_there_as_long_as_the_table() throws IOException {
    Firewall firewall = firewall(program("exit 0"));
    firewall.load(RULES);
    assertThat(folder.resolve("rules"))
        .content()
        .contains("table inet openlambda-x", "{ \"eth0\" }", "{ 192.0.2.1 }", "100.80.0.0/18")
        .doesNotContainPattern("TABLE|CABLES|SANDBOXES|CLOSED|UPLINKS|RESOLVERS");
    firewall.remove();
    assertThat(folder.resolve("rules")).doesNotExist();
  }

  @Test
  void a_table_that_was_never_made_needs_no_nft_to_be_removed() throws IOException {
    firewall(folder.resolve("nft")).remove();
    assertThat(folder).isEmptyDirectory();
  }

  private Firewall firewall(Path nft) {
    return new Firewall(folder.resolve("rules"), "openlambda-x", List.of(nft));
  }

  private Path program(String script) throws IOException {
    Path program = Files.writeString(folder.resolve("nft"), "#!/bin/sh\n" + script + "\n");
    return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
