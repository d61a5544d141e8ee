package org.openlambda.bench.scenario;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.bench.harness.Run;
import org.openlambda.bench.load.Request;
import org.openlambda.bench.machine.Workspace;

/// Many functions of the same handler, no two with the same code.
final class Functions {
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

  /// The server fetches the code of functions ahead of their first call (of up to 2,000, one at a
  /// time with pauses), and loads 500 to check them; it may do so here too.
  static void settle(Run run, int functions) throws InterruptedException {
    run.progress("letting the server read its functions");
    Thread.sleep(functions <= 2_000 ? 2_000 + 4L * functions : 4_000);
  }
}
