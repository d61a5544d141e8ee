package org.openlambda.bench.scenario;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openlambda.bench.figures.Figures;
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
import org.openlambda.bench.load.Streams;
import org.openlambda.bench.load.Supply;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;

/// Server-sent events: the time to the first one, and what many slow streams at once cost.
public final class Stream implements Scenario {
  private static final Goal FIRST =
      Goal.atMost(1.2, "×", "p50 to the first event of a stream, of a warm call's, 1 client");
  private static final Goal OPEN = Goal.atLeast(1_000, "", "slow streams open at once");
  private static final Goal MEMORY =
      Goal.atMost(64, "KB", "memory of the server for each open stream");
  private static final Goal BESIDE =
      Goal.stated("×", "p50 of a warm call beside all streams, of the same before");
  private static final int STREAMS = 1_000;

  /// Opened at once: no more than sandboxes are made for in a moment.
  private static final int STEP = 20;

  private static final int ROUNDS = 5;

  private static final String EVENTS =
      """
      import time
      def f(event):
          yield {"headers": {"content-type": "text/event-stream"}}
          n = 0
          while True:
              yield f"data: {n}\\n\\n"
              n += 1
              time.sleep(event["pause"])
      """;

  private static final Request SLOW = events(2);

  private static Request events(double pause) {
    return Request.post("/run/events", "{\"pause\":" + pause + "}", "");
  }

  @Override
  public String name() {
    return "stream";
  }

  @Override
  public String what() {
    return "server-sent events: time to the first beside a plain warm call, and 1,000 slow streams"
        + " at once (an event every 2 s each)";
  }

  @Override
  public List<Goal> goals() {
    return List.of(FIRST, OPEN, MEMORY, BESIDE);
  }

  @Override
  public int seconds() {
    return 32;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      space.function("plain", 0);
      space.function("events", EVENTS);
      space.settings("events", "memory: 16MB\n");
      space.function("once", EVENTS.replace("while True", "while n < 1"));
      Request plain = Request.post("/run/plain", Workspace.BODY, Workspace.ANSWER);
      try (var server = run.serve(space);
          var warm = new ClosedLoop(server.address(), 1, Supply.always(plain))) {
        first(run, server, warm);
        many(run, server, warm);
      }
    }
  }

  /// The stream's function ends after its event, so that its sandbox serves the next.
  private static void first(Run run, ServerProcess server, ClosedLoop warm)
      throws IOException, InterruptedException {
    Request once = Request.post("/run/once", "{\"pause\":0}", "");
    try (var streaming = new Streams(server.address(), once)) {
      streaming.open(1);
      streaming.read(Duration.ofSeconds(10), Streams.Until.ALL_FINISHED);
      var events = new Side("first event", true, server, length -> firstEvents(streaming, length));
      var calls = new Side("plain warm call", false, server, warm::round);
      firstFound(run, run.alternate(ROUNDS, run.share(1, 4L * ROUNDS), events, calls));
    }
  }

  private static void firstFound(Run run, List<Rounds> both) {
    Rounds streams = both.getFirst();
    Rounds plain = both.getLast();
    run.found(
        FIRST,
        streams.over(plain, load -> load.percentileMs(50)),
        "p50 %s ms; warm call %s ms".formatted(streams.millis(50), plain.millis(50)));
    run.plot(
        new Plot.Latencies(
            "Time to the first event, 1 client",
            "Best if the two curves lie on one another.",
            List.of(streams.curve(), plain.curve())));
  }

  private static Load firstEvents(Streams streams, Duration length) throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < length.toNanos()) {
      streams.again();
      streams.read(Duration.ofSeconds(10), Streams.Until.ALL_FINISHED);
    }
    return streams.takeFirstEvents();
  }

  private static void many(Run run, ServerProcess server, ClosedLoop warm)
      throws IOException, InterruptedException {
    long before = server.residentBytes();
    Load quiet = warm.round(run.share(1, 15));
    try (var streams = new Streams(server.address(), SLOW)) {
      while (streams.running() < STREAMS && streams.begun() == streams.running()) {
        run.progress("%d streams are open".formatted(streams.begun()));
        streams.open(Math.min(STEP, STREAMS - streams.running()));
        streams.read(Duration.ofSeconds(10), Streams.Until.ALL_BEGUN);
      }
      run.progress("reading all streams");
      streams.read(run.share(1, 6), Streams.Until.TIME);
      long open = server.residentBytes();
      run.found(
          OPEN, Spread.once(streams.begun()), "%d bytes read of them".formatted(streams.bytes()));
      run.found(
          MEMORY,
          Spread.once((open - before) / 1024.0 / Math.max(1, streams.begun())),
          "resident memory of the server %.0f MB before, %.0f MB with all open; garbage included"
              .formatted(before / 1e6, open / 1e6));
      Load opening = streams.takeFirstEvents();
      run.figures(once("first event while 1,000 are opened", opening));
      Load beside = warm.round(run.share(1, 15));
      run.figures(once("plain warm call beside all streams", beside));
      run.found(
          BESIDE,
          Spread.once(beside.percentileMs(50) / quiet.percentileMs(50)),
          "p50 %.3f ms before, %.3f ms beside them"
              .formatted(quiet.percentileMs(50), beside.percentileMs(50)));
    }
  }

  private static Figures once(String name, Load load) {
    var side = new Side(name, true, Spender.nobody(), _ -> load);
    return new Rounds(side, List.of(new Rounds.Round(load, Map.of()))).figures();
  }
}
