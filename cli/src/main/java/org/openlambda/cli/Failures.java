package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import org.openlambda.cli.server.Refused;
import org.openlambda.cli.server.Unreachable;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
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
        say(command, failed.getMessage());
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
      String what = first.startsWith("-") ? "option" : isGroup(e) ? "command" : "argument";
      List<String> near = unmatched.getSuggestions();
      return "there is no %s '%s' here%s".formatted(what, first, didYouMean(near));
    }
    return String.valueOf(e.getMessage());
  }

  private static boolean isGroup(ParameterException e) {
    return !e.getCommandLine().getSubcommands().isEmpty();
  }

  private static String didYouMean(List<String> near) {
    return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
  }

  private void say(String command, @org.jspecify.annotations.Nullable String text) {
    err.line(err.tty().red(command + ":") + " " + text);
  }
}
