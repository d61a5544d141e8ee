package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.openlambda.bench.baseline.BareLoop;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Plot;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Rounds;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Workspace;

/// Bodies of 1 KiB to 6 MiB that a WSGI application sends back, beside a bare loop that does the
/// same; one client, which sends all of a request before it reads.
public final class Payload implements Scenario {
  private static final List<Integer> KIBI = List.of(1, 16, 64, 256, 1024, 6 * 1024);
  private static final Goal MEMORY =
      Goal.atMost(10, "%", "growth of the server's memory over the second half of all calls");
  private static final int ROUNDS = 4;

  private static final String ECHO =
      """
      def app(environ, start_response):
          body = environ["wsgi.input"].read()
          start_response("200 OK", [("Content-Length", str(len(body)))])
          return [body]
      """;

  private static Goal goal(int kibi) {
    String size = kibi < 1024 ? kibi + " KiB" : kibi / 1024 + " MiB";
    return Goal.atLeast(
        50, "%", "rate of calls with %s each way, of the bare loop's".formatted(size));
  }

  @Override
  public String name() {
    return "payload";
  }

  @Override
  public String what() {
    return "bodies of 1 KiB to 6 MiB sent and sent back, 1 client, beside a bare Python loop";
  }

  @Override
  public List<Goal> goals() {
    var all = new ArrayList<Goal>();
    KIBI.forEach(kibi -> all.add(goal(kibi)));
    all.add(MEMORY);
    return all;
  }

  @Override
  public int seconds() {
    return 30;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    var ours = new ArrayList<Plot.Point>();
    var limit = new ArrayList<Plot.Point>();
    var memory = new ArrayList<Plot.Point>();
    try (var space = new Workspace()) {
      space.function("echo", ECHO);
      try (var bare = BareLoop.start(space, "bare_payload.py");
          var server = run.serve(space)) {
        long start = System.nanoTime();
        for (int pass = 0; pass < 2; pass++) {
          for (int kibi : KIBI) {
            List<Rounds> both = compare(run, server, bare, kibi, pass == 1);
            if (pass == 1) {
              ours.add(megabytes(both.getFirst(), kibi));
              limit.add(megabytes(both.getLast(), kibi));
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            memory.add(new Plot.Point(seconds, server.residentBytes() / 1e6));
          }
        }
      }
    }
    plots(run, ours, limit, memory);
  }

  /// The first pass only uses the server as much as the second, for its memory.
  private static List<Rounds> compare(
      Run run, ServerProcess server, BareLoop bare, int kibi, boolean counts)
      throws IOException, InterruptedException {
    Request request = request(kibi);
    String size = " %,d KiB".formatted(kibi);
    try (var ours = new ClosedLoop(server.address(), 1, Supply.always(request));
        var limit = new ClosedLoop(bare.address(), 1, Supply.always(request))) {
      var us = Side.ours("echo" + size, server, ours);
      var them = Side.baseline("bare loop" + size, bare, limit);
      Duration round = run.share(1, KIBI.size() * (4L * ROUNDS + 1));
      if (!counts) {
        run.progress("first pass," + size);
        ours.round(round.multipliedBy(ROUNDS));
        return List.of();
      }
      List<Rounds> both = run.alternate(ROUNDS, round, us, them);
      run.found(
          goal(kibi),
          both.getFirst().over(both.getLast(), Load::perSecond).times(100),
          "%s calls/s; bare loop %s calls/s"
              .formatted(both.getFirst().perSecond(), both.getLast().perSecond()));
      return both;
    }
  }

  private static Request request(int kibi) {
    var body = new byte[kibi * 1024];
    new SplittableRandom(kibi).nextBytes(body);
    return Request.post("/run/echo", "application/octet-stream", body, body);
  }

  /// Both ways together.
  private static Plot.Point megabytes(Rounds rounds, int kibi) {
    return new Plot.Point(kibi, rounds.perSecond().median() * kibi * 2 * 1024 / 1e6);
  }

  private static void plots(
      Run run, List<Plot.Point> ours, List<Plot.Point> limit, List<Plot.Point> memory) {
    int half = memory.size() / 2;
    double before = memory.get(half - 1).y();
    double after = memory.getLast().y();
    run.found(
        MEMORY,
        Spread.once((after / before - 1) * 100),
        "resident: %.0f MB after all sizes once, %.0f MB after all sizes twice"
            .formatted(before, after));
    run.plot(
        new Plot.Lines(
            "Bytes moved, both ways together",
            "Higher is better.",
            Plot.Axis.logarithmic("size of a body, KiB"),
            Plot.Axis.logarithmic("MB per second"),
            List.of(
                new Plot.Line("echo, 1 client", true, ours),
                new Plot.Line("bare loop, 1 client", false, limit))));
    run.plot(
        new Plot.Lines(
            "The server's own resident memory meanwhile",
            "Flat is good: all sizes once, then once more.",
            Plot.Axis.linear("time, s"),
            Plot.Axis.linear("MB"),
            List.of(new Plot.Line("server", true, memory))));
  }
}
