package org.openlambda.bench;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openlambda.bench.harness.Budget;
import org.openlambda.bench.harness.Progress;
import org.openlambda.bench.harness.Result;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.machine.Machine;
import org.openlambda.bench.report.Page;
import org.openlambda.bench.report.Table;
import org.openlambda.bench.scenario.Scenarios;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `ol bench`: measures this machine.
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure this machine, beside baselines in the same run; without a name: a list.",
    footer = {
      "",
      "Examples:",
      "  ol bench cold                        first calls of functions never called before",
      "  ol bench warm --seconds 20           in about that time",
      "  ol bench all --report bench-report   every scenario of ol dev, as a page of plots",
      "  ol bench up                          every scenario of ol up (up-…)",
      "  ol bench cold --json cold.json       the figures for a program"
    })
public final class BenchCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "which; all, up: groups")
  private List<String> names = List.of();

  @Option(names = "--seconds", paramLabel = "S", description = "for each, about; 0: as it likes")
  private int seconds;

  @Option(names = "--json", paramLabel = "FILE", description = "write the figures to FILE")
  private Optional<Path> json = Optional.empty();

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description = "write a page of plots to DIR/index.html, and the figures beside it")
  private Optional<Path> report = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = spec().commandLine().getOut();
    if (names.isEmpty()) {
      Scenarios.every().forEach(s -> out.printf("%-12s %s%n", s.name(), s.what()));
      out.flush();
      return 0;
    }
    List<Scenario> chosen = chosen();
    List<String> ol = ol();
    Thread main = Thread.currentThread();
    var ended = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> endEarly(main, ended), "stop"));
    try {
      return measure(chosen, ol, out);
    } finally {
      ended.countDown();
    }
  }

  private int measure(List<Scenario> chosen, List<String> ol, PrintWriter out)
      throws IOException, InterruptedException {
    Machine machine = Machine.here(Path.of(ol.getFirst()).toAbsolutePath().resolveSibling("."));
    out.println(machine.toText() + "\n");
    var results = new ArrayList<Result>();
    for (Scenario scenario : chosen) {
      Result result = Run.of(scenario, ol, budget(scenario, chosen.size()), progress());
      out.println(Table.of(result));
      out.flush();
      results.add(result);
      write(machine, results);
    }
    return results.stream().allMatch(r -> r.errors() == 0) ? 0 : 1;
  }

  /// On Ctrl-C or SIGTERM: lets the scenario close what it has open, servers and files.
  private static void endEarly(Thread main, CountDownLatch ended) {
    if (ended.getCount() > 0) {
      main.interrupt();
    }
    try {
      if (!ended.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        ProcessHandle.current().children().forEach(ProcessHandle::destroy);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Budget budget(Scenario scenario, int many) {
    Duration whole = Duration.ofSeconds(seconds > 0 ? seconds : scenario.seconds());
    return many == 1 ? Budget.alone(whole) : Budget.amongMany(whole);
  }

  private List<Scenario> chosen() {
    var chosen = new ArrayList<Scenario>();
    for (String name : names) {
      List<Scenario> found = Scenarios.named(name);
      if (found.isEmpty()) {
        throw unknown(name);
      }
      chosen.addAll(found);
    }
    return chosen;
  }

  private ParameterException unknown(String name) {
    String known = String.join(", ", Scenarios.every().stream().map(Scenario::name).toList());
    return new ParameterException(
        spec().commandLine(),
        "no scenario is called %s; there are %s, and the groups %s and %s"
            .formatted(name, known, Scenarios.ALL, Scenarios.UP));
  }

  /// After each scenario, so that what is measured stays if a later one is interrupted.
  private void write(Machine machine, List<Result> results) throws IOException {
    if (json.isPresent()) {
      Files.writeString(json.get(), json(machine, results));
    }
    if (report.isPresent()) {
      Path folder = Files.createDirectories(report.get());
      Files.writeString(folder.resolve("index.html"), Page.of(machine, results));
      Files.writeString(folder.resolve("figures.json"), json(machine, results));
    }
  }

  private static String json(Machine machine, List<Result> results) {
    var all = new LinkedHashMap<String, Object>();
    all.put("machine", machine.toMap());
    all.put("scenarios", results.stream().map(Result::toMap).toList());
    return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(all);
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
    return Objects.requireNonNull(spec);
  }
}
