package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.harness.Side;
import org.openlambda.bench.load.ClosedLoop;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Workspace;
import org.openlambda.bench.up.SignedCalls;
import org.openlambda.bench.up.SignedCalls.Call;
import org.openlambda.bench.up.Tenant;
import org.openlambda.bench.up.UpServer;

/// Many functions of the same handler, no two with the same code.
final class Functions {
  private static final long LOOK_MILLIS = 1_500;
  private static final int MOST_LOOKS = 60;

  private Functions() {}

  /// Writes `PREFIX0`, `PREFIX1`, …
  ///
  /// @return a request for each, in this order
  static List<Request> write(Workspace space, String prefix, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      space.function(prefix + i, i);
    }
    return requests(prefix, count);
  }

  /// The same of the shape that AWS Lambda's functions have.
  static List<Request> writeAws(Workspace space, String prefix, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      space.awsFunction(prefix + i, i);
    }
    return requests(prefix, count);
  }

  private static List<Request> requests(String prefix, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Request.post("/run/" + prefix + i, Workspace.BODY, Workspace.ANSWER))
        .toList();
  }

  /// The server fetches the code of functions ahead of their first call (of up to 20,000), and
  /// loads 500 to check them: waits until it has, or does no more.
  static void settle(Run run, ServerProcess server) throws IOException, InterruptedException {
    settle(run, () -> server.counter("pull-lambda.cnt") + server.counter("Destroy().cnt"));
  }

  /// The same for a server for accounts, which loads none.
  static void settle(Run run, UpServer server) throws IOException, InterruptedException {
    settle(run, server::fetched);
  }

  /// How far a server is.
  private interface Progress {
    long now() throws IOException, InterruptedException;
  }

  private static void settle(Run run, Progress server) throws IOException, InterruptedException {
    run.progress("letting the server read its functions");
    long before = -1;
    long now = server.now();
    for (int i = 0; i < MOST_LOOKS && now != before; i++) {
      Thread.sleep(LOOK_MILLIS);
      before = now;
      now = server.now();
    }
  }

  /// Functions of an account, to be made by [UpServer#create]: `PREFIX0`, `PREFIX1`, …
  static List<Call> of(Tenant tenant, String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> new Call(tenant, prefix + i)).toList();
  }

  /// The platform with accounts, in closed loop, each round with signatures that are good.
  static Side signed(String name, UpServer server, ClosedLoop loop, SignedCalls calls) {
    return new Side(
        name,
        true,
        server,
        length -> {
          calls.sign();
          return loop.round(length);
        });
  }
}
