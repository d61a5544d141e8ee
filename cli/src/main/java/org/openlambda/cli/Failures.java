package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.server.Refused;
import org.openlambda.cli.server.Unreachable;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.cli.terminal.Tty;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Tells people what went wrong, in sentences: what a command throws, and what is wrong with a
/// command line. A stack trace is only shown where `OL_TRACE` is set.
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final int INTERRUPTED = 130;

  private final Output err;

  Failures(Surroundings around) {
    this.err = around.err();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine line, ParseResult parsed) {
    String command = line.getCommandSpec().qualifiedName();
    if (System.getenv("OL_TRACE") != null) {
      e.printStackTrace(err.stream());
    }
    return switch (e) {
      case Unreachable unreachable -> {
        say(command, unreachable.getMessage());
        yield ExitStatus.UNREACHABLE;
      }
      case Refused refused -> {
        List<String> lines = refused.problem().lines(err.tty());
        say(command, lines.getFirst());
        lines.stream().skip(1).forEach(err::line);
        yield ExitStatus.FAILED;
      }
      case IOException failed -> {
        say(command, printable(failed));
        yield ExitStatus.FAILED;
      }
      case InterruptedException _ -> INTERRUPTED;
      default -> {
        say(command, "this is a bug in ol (" + e + "); OL_TRACE=1 shows where: please report it");
        yield ExitStatus.FAILED;
      }
    };
  }

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine line = e.getCommandLine();
    String command = line.getCommandSpec().qualifiedName();
    say(command, sentence(e));
    err.line("  '" + command + " --help' shows how it is used");
    return ExitStatus.USAGE;
  }

  private static String sentence(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String first = unmatched.getUnmatched().getFirst();
      return unmatched(first, unmatched.getSuggestions(), e.getCommandLine().getSubcommands());
    }
    return String.valueOf(e.getMessage());
  }

  private static String unmatched(String typed, List<String> near, Map<String, ?> commands) {
    String sentence = "there is no %s '%s'".formatted(kind(typed, commands), typed);
    if (!near.isEmpty()) {
      return sentence + "; did you mean " + "'" + near.getFirst() + "'" + "?";
    }
    return commands.isEmpty() || typed.startsWith("-")
        ? sentence
        : sentence + "; there are " + String.join(", ", commands.keySet());
  }

  private static String kind(String typed, Map<String, ?> commands) {
    if (typed.startsWith("-")) {
      return "option";
    }
    return commands.isEmpty() ? "argument" : "command";
  }

  /// Names of files and what stands in them cannot drive the terminal.
  private static String printable(IOException failed) {
    return String.valueOf(failed.getMessage())
        .lines()
        .map(Tty::printable)
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private void say(String command, @Nullable String text) {
    err.line(err.tty().red(command + ":") + " " + text);
  }
}
