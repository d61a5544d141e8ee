package org.openlambda.worker;

import java.io.IOException;
import java.nio.file.Path;

/// A worker in a process of its own, to be killed: says `ready` when a handler runs in it.
final class Predecessor {
  private Predecessor() {}

  @SuppressWarnings("SystemOut") // what the test waits for
  public static void main(String[] args) throws IOException, InterruptedException {
    Bench bench = Bench.open(Path.of(args[0]));
    var sleeper = bench.function("sleeper", "import time\ndef f(event):\n  time.sleep(event)\n");
    Thread call = Thread.startVirtualThread(() -> bench.call(sleeper, "9"));
    Bench.await("it runs", () -> bench.worker.census().lent().size() == 1);
    System.out.println("ready");
    call.join();
  }
}
