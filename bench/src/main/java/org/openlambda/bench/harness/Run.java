package org.openlambda.bench.harness;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.openlambda.bench.figures.Figures;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Row;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.Machine;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;
import org.openlambda.bench.up.SignedCalls;
import org.openlambda.bench.up.UpServer;

/// What a scenario measures with and tells its findings to. One thread.
public final class Run {
  private static final String WARM_UP = "warm-up";
  private static final Duration WARM_UP_ROUND = Duration.ofSeconds(2);
  private static final int WARM_UP_CLIENTS = 8;

  private final List<String> ol;
  private final Budget budget;
  private final Progress progress;
  private final List<Row> rows = new ArrayList<>();
  private final List<Figures> figures = new ArrayList<>();
  private final List<Plot> plots = new ArrayList<>();
  private final List<String> method = new ArrayList<>();

  private Run(List<String> ol, Budget budget, Progress progress) {
    this.ol = ol;
    this.budget = budget;
    this.progress = progress;
  }

  /// Runs a scenario. If it fails, what it found stays, and the goals that are left say why.
  ///
  /// @param ol the command that starts `ol`
  public static Result of(Scenario scenario, List<String> ol, Budget budget, Progress progress)
      throws IOException, InterruptedException {
    var run = new Run(ol, budget, progress);
    long start = System.nanoTime();
    progress.begin(scenario.name(), budget.whole().toMillis() / 1000.0);
    String why = "the scenario says nothing about it";
    try {
      scenario.measure(run);
    } catch (IOException | RuntimeException e) {
      why = "the run failed: " + e;
    }
    progress.end();
    for (Goal goal : scenario.goals()) {
      if (run.rows.stream().noneMatch(row -> row.goal().equals(goal))) {
        run.cannot(goal, why);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Result(
        scenario, run.rows, run.figures, run.plots, run.method, seconds, Machine.loadNow());
  }

  /// How long the whole scenario should take.
  public Duration budget() {
    return budget.whole();
  }

  /// A share of the budget: `share(1, 4)` is a quarter.
  public Duration share(long part, long of) {
    return budget.whole().multipliedBy(part).dividedBy(of);
  }

  /// Starts a server of the run's own on the functions of a workspace; whoever asked closes it.
  public ServerProcess serveUnwarmed(Workspace space, String... options)
      throws IOException, InterruptedException {
    progress.at("starting a server");
    return ServerProcess.start(ol, space.functions(), space.newState(), List.of(options));
  }

  /// The same, warmed up.
  public ServerProcess serve(Workspace space, String... options)
      throws IOException, InterruptedException {
    if (!Files.exists(space.functions().resolve(WARM_UP))) {
      space.function(WARM_UP, -1);
    }
    ServerProcess server = serveUnwarmed(space, options);
    try {
      var request = Request.post("/run/" + WARM_UP, Workspace.BODY, Workspace.ANSWER);
      warmUp(server, server.address(), Supply.always(request));
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /// Starts a server for accounts; whoever asked closes it. It is warmed up as one of [#serve] is.
  public UpServer serveAccounts(Workspace space, String... options)
      throws IOException, InterruptedException {
    progress.at("starting a server for accounts");
    UpServer server = UpServer.start(ol, space.newState(), List.of(options));
    try {
      var call = new SignedCalls.Call(server.first(), WARM_UP);
      var _ = server.create(List.of(call));
      warmUp(server, server.address(), SignedCalls.always(server, call));
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /// Starts `ol up` on a folder, fresh or old, as it is; whoever asked closes it.
  public ServerProcess serveUp(Path data, int port) throws IOException {
    return ServerProcess.up(ol, data, port, List.of());
  }

  /// Runs another command of `ol`, with the key of the server that was started on a folder.
  ///
  /// @return what it printed
  /// @throws IOException with that, if it failed
  public String ol(Path data, String... words) throws IOException, InterruptedException {
    var command = new ArrayList<>(ol);
    command.addAll(List.of(words));
    return ServerProcess.runBeside(data, command);
  }

  /// Calls a function that is not measured until the server's own code is compiled.
  private void warmUp(Spender server, SocketAddress address, Supply calls)
      throws IOException, InterruptedException {
    Duration tenth = share(1, 10);
    Duration round = tenth.compareTo(WARM_UP_ROUND) < 0 ? tenth : WARM_UP_ROUND;
    progress.at("warming the server up");
    try (var loop = new ClosedLoop(address, WARM_UP_CLIENTS, calls)) {
      var side = Side.ours(WARM_UP, server, loop);
      WarmUp warmUp = WarmUp.of(side, round, budget.warmUp());
      method("server warmed up by calls of another function: " + warmUp.told());
    }
  }

  /// Whether the server has an option: scenarios that need one say so if it has not.
  public boolean serverKnows(String option) throws IOException, InterruptedException {
    return ServerProcess.knows(ol, option);
  }

  /// Runs rounds of all sides in turn, A-B-A-B, after others of half the length of each that do not
  /// count: one, and more as long as its compilers are at work. Their figures are kept for the
  /// table.
  ///
  /// The others come on top of the budget.
  ///
  /// @param count rounds of each side
  /// @param length of a round
  /// @return what each side gave, in their order
  public List<Rounds> alternate(int count, Duration length, Side... sides)
      throws IOException, InterruptedException {
    for (Side side : sides) {
      progress.at("warming up " + side.name());
      WarmUp warmUp = WarmUp.of(side, length.dividedBy(2), budget.sideWarmUp());
      method(side.name() + ": warmed up by " + warmUp.told());
    }
    List<Rounds> all = inTurn(count, length, false, sides);
    method("%s: %d rounds of %s each in turn".formatted(names(sides), count, text(length)));
    return all;
  }

  /// The same without a warm-up, where first calls are what is measured; with a rest before each
  /// round but the first, as a pool that was drawn on is filled again behind it.
  public List<Rounds> alternateCold(int count, Duration length, Side... sides)
      throws IOException, InterruptedException {
    return inTurn(count, length, true, sides);
  }

  private List<Rounds> inTurn(int count, Duration length, boolean rests, Side... sides)
      throws IOException, InterruptedException {
    Map<Side, List<Rounds.Round>> found = new HashMap<>();
    for (int i = 0; i < count; i++) {
      for (Side side : sides) {
        progress.at("%s, round %d of %d".formatted(side.name(), i + 1, count));
        if (rests && !found.isEmpty()) {
          Rest.of(List.of(sides));
        }
        found.computeIfAbsent(side, _ -> new ArrayList<>()).add(round(side, length));
      }
    }
    var all = new ArrayList<Rounds>();
    for (Side side : sides) {
      var rounds = new Rounds(side, found.getOrDefault(side, List.of()));
      all.add(rounds);
      figures.add(rounds.figures());
    }
    return all;
  }

  private static Rounds.Round round(Side side, Duration length)
      throws IOException, InterruptedException {
    Map<String, Long> before = new HashMap<>(side.spender().cpuMicros());
    before.putAll(Spender.client().cpuMicros());
    Load load = side.rounds().run(length);
    Map<String, Long> spent = new HashMap<>(side.spender().cpuMicros());
    spent.putAll(Spender.client().cpuMicros());
    spent.replaceAll((who, micros) -> micros - before.getOrDefault(who, 0L));
    return new Rounds.Round(load, spent);
  }

  private static String names(Side... sides) {
    return String.join(" · ", List.of(sides).stream().map(Side::name).toList());
  }

  private static String text(Duration length) {
    return String.format(Locale.ROOT, "%.2f s", length.toMillis() / 1000.0);
  }

  /// What was found for a goal.
  ///
  /// @param note how it came about: the figures behind a ratio
  public void found(Goal goal, Spread spread, String note) {
    rows.add(new Row(goal, Optional.of(spread), note));
  }

  /// A goal that cannot be measured here.
  public void cannot(Goal goal, String why) {
    rows.add(new Row(goal, Optional.empty(), why));
  }

  /// Adds a plot to the report.
  public void plot(Plot plot) {
    plots.add(plot);
  }

  /// Adds figures of a measurement that was not made by [#alternate].
  public void figures(Figures more) {
    figures.add(more);
  }

  /// Says how something was measured.
  public void method(String sentence) {
    method.add(sentence);
  }

  /// Says what is done now.
  public void progress(String what) {
    progress.at(what);
  }
}
