package org.openlambda.bench;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `ol bench`: measures this machine.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure first and repeated calls on this machine, beside a baseline.",
    footer = {
      "",
      "Examples:",
      "  ol bench cold                      1,000 functions never called before",
      "  ol bench warm --clients 1,32       one function, 1 and 32 clients",
      "  ol bench cold --json cold.json     the figures for a program"
    })
public final class BenchCommand {
  @Spec private @org.jspecify.annotations.Nullable CommandSpec spec;

  @Command(
      name = "cold",
      mixinStandardHelpOptions = true,
      description = "The first call of functions that were never called.")
  int cold(
      @Option(names = "--functions", defaultValue = "1000", description = "how many (default 1000)")
          int functions,
      @Option(names = "--json", paramLabel = "FILE", description = "write the figures to FILE")
          Optional<Path> json)
      throws IOException, InterruptedException {
    Machine machine = Machine.here();
    return report(machine, List.of(new ColdBench(ol(), functions, progress()).run()), json);
  }

  @Command(
      name = "warm",
      mixinStandardHelpOptions = true,
      description = "Calls of a function that is loaded already.")
  int warm(
      @Option(
              names = "--clients",
              split = ",",
              defaultValue = "1,32",
              description = "how many clients at once (default 1,32)")
          List<Integer> clients,
      @Option(names = "--seconds", defaultValue = "10", description = "for each (default 10)")
          int seconds,
      @Option(names = "--json", paramLabel = "FILE", description = "write the figures to FILE")
          Optional<Path> json)
      throws IOException, InterruptedException {
    Machine machine = Machine.here();
    return report(machine, new WarmBench(ol(), seconds, progress()).run(clients), json);
  }

  private int report(Machine machine, List<Row> rows, Optional<Path> json) throws IOException {
    PrintWriter out = spec().commandLine().getOut();
    out.printf(
        "Linux %s, %d cores, %d MB, load %.2f before, Java %s%n%n",
        machine.kernel(), machine.cores(), machine.memoryMb(), machine.load(), machine.java());
    out.println(Row.heading());
    rows.forEach(row -> out.println(row.toText()));
    out.flush();
    if (json.isPresent()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("machine", machine.toMap());
      all.put("rows", rows.stream().map(Row::toMap).toList());
      Files.writeString(
          json.get(),
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(all));
    }
    return rows.stream().allMatch(r -> r.ours().errors() == 0) ? 0 : 1;
  }

  private Progress progress() {
    return new Progress(spec().commandLine().getErr(), isTerminal());
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  }

  /// How to start another `ol`: the script that started this one says so.
  private List<String> ol() {
    String command = System.getProperty("openlambda.command", "");
    if (command.isEmpty()) {
      throw new ParameterException(
          spec().commandLine(), "start the measurement with the ol script: it starts a server too");
    }
    return List.of(command);
  }

  private CommandSpec spec() {
    return java.util.Objects.requireNonNull(spec);
  }
}
