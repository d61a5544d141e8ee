package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Workspace;

/// Many functions of the same handler, no two with the same code.
final class Functions {
  private static final long LOOK_MILLIS = 1_500;
  private static final int MOST_LOOKS = 60;

  private Functions() {}

  /// Writes `PREFIX0`, `PREFIX1`, …
  ///
  /// @return a request for each, in this order
  static List<Request> write(Workspace space, String prefix, int count) throws IOException {
    var requests = new ArrayList<Request>();
    for (int i = 0; i < count; i++) {
      space.function(prefix + i, i);
      requests.add(Request.post("/run/" + prefix + i, Workspace.BODY, Workspace.ANSWER));
    }
    return requests;
  }

  /// The server fetches the code of functions ahead of their first call (of up to 20,000), and
  /// loads 500 to check them: waits until it has, or does no more.
  static void settle(Run run, ServerProcess server) throws IOException, InterruptedException {
    run.progress("letting the server read its functions");
    long before = -1;
    long now = fetched(server);
    for (int i = 0; i < MOST_LOOKS && now != before; i++) {
      Thread.sleep(LOOK_MILLIS);
      before = now;
      now = fetched(server);
    }
  }

  private static long fetched(ServerProcess server) throws IOException, InterruptedException {
    return server.counter("pull-lambda.cnt") + server.counter("Destroy().cnt");
  }
}
