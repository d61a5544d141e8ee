package org.openlambda.worker.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.openlambda.linux.fd.Pipe;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.Spawn;

/// One table of nftables. The file with its rules is there before the table is and goes after it,
/// so a table that a killed worker left is known by the file. *Blocking*, about 10 ms for each
/// change; platform threads, one at a time.
final class Firewall {
  /// Where distributions put nft.
  static final List<Path> PROGRAMS =
      List.of(
          Path.of("/usr/sbin/nft"),
          Path.of("/sbin/nft"),
          Path.of("/usr/bin/nft"),
          Path.of("/usr/local/sbin/nft"));

  private final Path rules;
  private final String table;
  private final List<Path> programs;

  /// @param rules the file, in a folder that is there
  /// @param programs where nft may be
  Firewall(Path rules, String table, List<Path> programs) {
    this.rules = rules;
    this.table = table;
    this.programs = programs;
  }

  /// Makes the table, in place of one that is there.
  ///
  /// @throws NoNetwork if there is no nft, or it refuses
  void load(FirewallRules wanted) throws IOException {
    Files.writeString(rules, wanted.load());
    try {
      run();
    } catch (NoNetwork nothingLoaded) {
      Files.delete(rules);
      throw nothingLoaded;
    }
  }

  /// Removes the table if it was made, by us or by a predecessor.
  ///
  /// @throws NoNetwork if there is no nft, or it refuses
  void remove() throws IOException {
    if (Files.exists(rules)) {
      Files.writeString(rules, FirewallRules.remove(table));
      run();
      Files.delete(rules);
    }
  }

  private void run() throws IOException {
    Path nft =
        programs.stream()
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(() ->
                new NoNetwork(
                    "nft, which sets up the firewall of sandboxes, is not installed (apt"
                        + " install nftables)"));
    try (Pipe output = Pipe.open()) {
      int pid =
          Spawn.of(nft.toString(), "-f", rules.toString())
              .withDescriptor(1, output.write())
              .withDescriptor(2, output.write())
              .start();
      output.write().close();
      String said = new String(output.read().readToEnd(), UTF_8).strip();
      ChildExit how = ChildExit.waitFor(pid);
      if (!how.equals(new ChildExit.Exited(0))) {
        throw new NoNetwork(
            "%s -f %s %s: %s; its kernel modules nf_tables, nft_fib_inet, nft_reject_inet and"
                    .formatted(nft, rules, how, said)
                + " nft_masq are needed");
      }
    }
  }
}
