package org.openlambda.server;

import picocli.CommandLine.Command;

/// `ol worker`: OpenLambda's own way to run a worker, so that its scripts go on working.
@Command(name = "worker", description = "OpenLambda's worker: init, up, down.")
final class WorkerCommand implements Runnable {
  @Override
  public void run() {
    System.out.println("ol worker init|up|down -p DIR");
  }
}
