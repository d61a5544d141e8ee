package org.openlambda.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.cli.terminal.Tty;

/// Runs `ol` inside the test, and keeps what it wrote.
final class Shell {
  static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

  private Shell() {}

  /// What a run came to.
  record Result(int status, String out, String err) {}

  static Result ol(String... arguments) {
    return ol("", Tty.NONE, arguments);
  }

  static Result ol(String input, Tty tty, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int status =
        Ol.commandLine(around(input, stream(out), stream(err), tty), List.of(arguments))
            .execute(arguments);
    return new Result(status, out.toString(UTF_8), err.toString(UTF_8));
  }

  /// Runs it with an output of the test's own.
  static int olInto(PrintStream out, String... arguments) {
    return Ol.commandLine(around("", out, stream(new ByteArrayOutputStream()), Tty.NONE), List.of())
        .execute(arguments);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, UTF_8);
  }

  private static Surroundings around(String input, PrintStream out, PrintStream err, Tty tty) {
    return new Surroundings(
        new ByteArrayInputStream(input.getBytes(UTF_8)),
        new Output(out, tty),
        new Output(err, tty),
        Clock.fixed(NOW, ZoneOffset.UTC));
  }
}
