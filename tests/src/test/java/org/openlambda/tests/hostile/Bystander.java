package org.openlambda.tests.hostile;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openlambda.core.time.Patience;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A process on the host that notices whoever reaches it: by a signal, by its port on loopback, by
/// its abstract socket. Used by one thread.
final class Bystander implements AutoCloseable {
  private static final Path PROGRAM = Path.of("src/test/resources/hostile/bystander.py");

  private final Process process;
  private final Writer questions;
  private final BufferedReader answers;
  private final JsonNode names;

  /// Starts it and waits until it listens.
  Bystander() throws IOException {
    process =
        new ProcessBuilder("/usr/bin/python3", "-I", "-S", PROGRAM.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    questions = process.outputWriter(StandardCharsets.UTF_8);
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    names = new ObjectMapper().readTree(answers.readLine());
  }

  long pid() {
    return process.pid();
  }

  /// Its TCP and UDP port on 127.0.0.1.
  int port() {
    return names.get("port").asInt();
  }

  /// Its abstract Unix socket, without the leading zero byte.
  String abstractName() {
    return names.get("abstract").asString();
  }

  /// The key of its System V shared memory, which everybody may attach.
  int shmKey() {
    return names.get("shm").asInt();
  }

  /// What reached it since the start, as a JSON list.
  ///
  /// @throws UncheckedIOException if it is dead, which is also something
  String noticed() {
    try {
      questions.write("\n");
      questions.flush();
      String line = answers.readLine();
      if (line == null) {
        throw new IOException("the bystander is dead: something killed it");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Ends it, and waits for that.
  @Override
  public void close() throws IOException {
    questions.close(); // the end of its input is its end
    try {
      if (!process.waitFor(Patience.ofSeconds(10), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
