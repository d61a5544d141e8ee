package org.openlambda.bench.scenario;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.bench.figures.Goal;
import org.openlambda.bench.figures.Spread;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Scenario;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Workspace;

/// From the command `ol up` to the first answer, with the commands that somebody types.
public final class UpStart implements Scenario {
  private static final Goal FRESH =
      Goal.atMost(10, "s", "ol up on a fresh folder, ol deploy, ol invoke: until the answer");
  private static final Goal OLD =
      Goal.atMost(2, "s", "ol up on an old folder, ol invoke: until the answer");
  private static final Goal SERVES = Goal.stated("s", "of that until the server serves");
  private static final int FRESH_ROUNDS = 2;
  private static final int OLD_ROUNDS = 5;
  private static final String NAME = "hello";

  @Override
  public String name() {
    return "up-start";
  }

  @Override
  public String what() {
    return "from 'ol up' to the first answer of a function, on a fresh data folder and an old one";
  }

  @Override
  public List<Goal> goals() {
    return List.of(FRESH, OLD, SERVES);
  }

  /// What it takes, whatever is asked for.
  @Override
  public int seconds() {
    return 35;
  }

  @Override
  public void measure(Run run) throws IOException, InterruptedException {
    try (var space = new Workspace()) {
      Path function = space.function(NAME, 0);
      int port = freePort();
      var fresh = new ArrayList<Double>();
      var old = new ArrayList<Double>();
      var serves = new ArrayList<Double>();
      Path data = space.newState();
      for (int i = 0; i < FRESH_ROUNDS; i++) {
        data = space.newState();
        run.progress("a fresh folder, round %d of %d".formatted(i + 1, FRESH_ROUNDS));
        long begin = System.nanoTime();
        try (var _ = run.serveUp(data, port)) {
          run.ol(data, "deploy", function.toString(), "--server", address(port));
          invoke(run, data, port);
          fresh.add(secondsSince(begin));
        }
      }
      for (int i = 0; i < OLD_ROUNDS; i++) {
        run.progress("an old folder, round %d of %d".formatted(i + 1, OLD_ROUNDS));
        long begin = System.nanoTime();
        try (ServerProcess _ = run.serveUp(data, port)) {
          serves.add(secondsSince(begin));
          invoke(run, data, port);
          old.add(secondsSince(begin));
        }
      }
      run.found(FRESH, Spread.of(fresh), "programs of the database are unpacked, its data made");
      run.found(OLD, Spread.of(old), "in %d starts".formatted(OLD_ROUNDS));
      run.found(SERVES, Spread.of(serves), "the rest is the command 'ol invoke'");
    }
  }

  private static void invoke(Run run, Path data, int port)
      throws IOException, InterruptedException {
    String said =
        run.ol(data, "invoke", NAME, "-d", Workspace.BODY, "--server", address(port)).strip();
    if (!said.equals(Workspace.ANSWER)) {
      throw new IOException("the function answered " + said);
    }
  }

  private static String address(int port) {
    return "http://127.0.0.1:" + port;
  }

  /// The same one for all starts, as `ol` knows a server by its address.
  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
