package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A certificate of this machine, by itself, as OpenSSL makes it, and its key.
///
/// @param folder that has `cert.pem` and `key.pem`
record Certificate(Path folder) {
  /// Makes a pair of a name of its own, in the place of the one before.
  static Certificate make(Path folder, String name) throws IOException, InterruptedException {
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout",
        folder.resolve("key.new").toString(),
        "-out",
        folder.resolve("cert.new").toString());
    var made = new Certificate(folder);
    Files.move(folder.resolve("key.new"), made.key(), StandardCopyOption.REPLACE_EXISTING);
    Files.move(folder.resolve("cert.new"), made.file(), StandardCopyOption.REPLACE_EXISTING);
    return made;
  }

  Path file() {
    return folder.resolve("cert.pem");
  }

  Path key() {
    return folder.resolve("key.pem");
  }

  /// What curl, which believes this certificate alone, is answered at a URL.
  ///
  /// @param options with the URL
  String curl(String... options) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("curl", "-sS", "--cacert", file().toString()));
    command.addAll(Arrays.asList(options));
    return run(command.toArray(String[]::new));
  }

  /// What a command says, which has to end with status 0.
  static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + said).isZero();
    return said;
  }
}
