package org.openlambda.cli.server;

import java.io.IOException;
import java.io.Serial;

/// The server answered with an error.
public final class Refused extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  Refused(Problem problem) {
    super(problem.title());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
