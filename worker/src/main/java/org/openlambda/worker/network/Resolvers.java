package org.openlambda.worker.network;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The name servers that sandboxes with a cable use, from the host's `resolv.conf(5)`.
///
/// @param addresses at most [#MOST], none of them the loopback, which means another host in there
record Resolvers(List<Inet4Address> addresses) {
  /// As many as the C library looks at.
  static final int MOST = 3;

  /// The host's own file; and where systemd-resolved names the servers behind its loopback one.
  static final List<Path> HOST =
      List.of(Path.of("/etc/resolv.conf"), Path.of("/run/systemd/resolve/resolv.conf"));

  Resolvers {
    addresses = List.copyOf(addresses);
  }

  /// Those of the first file that names one which can be used; none if no file does.
  static Resolvers read(List<Path> files) throws IOException {
    for (Path file : files) {
      try (Stream<String> lines = Files.lines(file, ISO_8859_1)) {
        var found = new Resolvers(lines.flatMap(l -> server(l).stream()).limit(MOST).toList());
        if (!found.addresses.isEmpty()) {
          return found;
        }
      } catch (NoSuchFileException _) {
        // then the next one
      }
    }
    return new Resolvers(List.of());
  }

  /// The file for sandboxes.
  String text() {
    return addresses.stream().map(a -> "nameserver " + a.getHostAddress() + "\n").collect(joining())
        + "options timeout:2 attempts:2\n";
  }

  /// The server that a line names, if it has an address of version 4 outside the loopback.
  private static Optional<Inet4Address> server(String line) {
    String[] words = line.strip().split("\\s+");
    if (words.length < 2 || !words[0].equals("nameserver")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Inet4Address.ofLiteral(words[1])).filter(a -> !a.isLoopbackAddress());
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // of version 6, or no address
    }
  }
}
