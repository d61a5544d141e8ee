package org.openlambda.tests.endurance;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Http;
import org.openlambda.tests.Server;

/// A server under load that things are done to, and that is started again when it was killed, as
/// systemd does.
final class Stage implements AutoCloseable {
  private static final int LANES = 2;
  private static final int HELD = 6;
  private static final Pattern HOLD =
      Pattern.compile("sandbox (\\d+): hold@\\S+\\n  state: running");

  private final Server.Setup setup;
  private final Random random;
  private final Http http;
  private final Load load;
  private Server server;

  Stage(Path functions, Path state, Random random) throws Exception {
    this.random = random;
    var first = Server.Setup.of(functions, state, "--quiet");
    server = Server.start(first);
    setup = first.at(server.port());
    http = server.http();
    load = new Load(http);
    awaitHealth();
  }

  Server server() {
    return server;
  }

  /// Strikes once, and waits until all is well again.
  Tally.Cost suffer(Fault fault) throws Exception {
    List<Held> held = fault.hitsOneZygote() ? hold() : List.of();
    ProcessHandle zygote = anyZygote();
    int doomed = fault.hitsOneZygote() ? heldBy(zygote) : 0;
    load.take();
    long begin = System.nanoTime();
    fault.strike(server, zygote, random);
    if (!server.isAlive()) {
      server = Server.start(setup);
    }
    var calls = new ArrayList<Load.Call>();
    long served = Math.max(awaitServed("warm", begin, calls), awaitServed("once", begin, calls));
    awaitHealth();
    List<String> wrong = judge(held, doomed, calls);
    calls.addAll(load.take());
    return new Tally.Cost(Duration.ofNanos(served - begin), calls, wrong);
  }

  /// One that makes sandboxes now: what the fault before hit may still be on its way out.
  private ProcessHandle anyZygote() {
    List<ProcessHandle> zygotes =
        new Kin(server).zygotes().stream().filter(Stage::hasChildren).toList();
    return zygotes.get(random.nextInt(zygotes.size()));
  }

  /// Begins calls that keep their sandboxes, and waits until they do.
  private List<Held> hold() throws Exception {
    var held = new ArrayList<Held>();
    for (int i = 0; i < HELD; i++) {
      held.add(new Held(server.port()));
    }
    Eventually.require(() -> holding().size(), count -> count == HELD);
    return held;
  }

  private List<Long> holding() throws IOException, InterruptedException {
    return HOLD.matcher(http.get("/debug").body())
        .results()
        .map(found -> Long.parseLong(found.group(1)))
        .toList();
  }

  /// How many of the kept sandboxes are the zygote's.
  private int heldBy(ProcessHandle zygote) throws IOException, InterruptedException {
    int count = 0;
    for (long id : holding()) {
      ProcessHandle sandbox = new Kin(server).sandbox(id).orElseThrow();
      count += sandbox.parent().filter(zygote::equals).isPresent() ? 1 : 0;
    }
    return count;
  }

  /// Just those calls are lost that the zygote's sandboxes had.
  private static List<String> judge(List<Held> held, int doomed, List<Load.Call> calls) {
    List<Load.Call> ended = held.stream().map(Held::letGo).toList();
    calls.addAll(ended);
    long lost = ended.stream().filter(call -> !call.isServed()).count();
    return lost == doomed
        ? List.of()
        : List.of("it had %d of %d calls, %d were lost".formatted(doomed, held.size(), lost));
  }

  /// When the first call of `function` that began after `begin` was answered well.
  private long awaitServed(String function, long begin, List<Load.Call> calls) throws Exception {
    return Eventually.require(
        () -> {
          calls.addAll(load.take());
          return calls.stream()
              .filter(call -> call.function().equals(function) && call.isServed())
              .filter(call -> call.beginNanos() - begin > 0)
              .mapToLong(Load.Call::endNanos)
              .min()
              .orElse(0);
        },
        found -> found != 0);
  }

  /// Until every lane has a zygote that has made sandboxes.
  private void awaitHealth() throws Exception {
    Eventually.require(
        () -> new Kin(server).zygotes().stream().filter(Stage::hasChildren).count(),
        fertile -> fertile == LANES);
  }

  private static boolean hasChildren(ProcessHandle zygote) {
    return zygote.children().findAny().isPresent();
  }

  @Override
  public void close() {
    load.close();
    server.close();
    http.close();
  }
}
