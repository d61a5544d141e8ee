package org.openlambda.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/// Tests that start processes of one runtime; they end with the test.
@ParameterizedClass(name = "{0}")
@MethodSource("org.openlambda.conformance.RuntimeUnderTest#all")
@Timeout(20)
abstract class ConformanceTest {
  private final RuntimeUnderTest runtime;
  private final Deque<StartedRuntime> started = new ArrayDeque<>();
  private final List<Gate> gates = new ArrayList<>();

  ConformanceTest(RuntimeUnderTest runtime) {
    this.runtime = runtime;
  }

  /// A process that will serve one of the bundles, before SPECIALISE.
  StartedRuntime start(String bundle) throws IOException {
    return start(runtime.bundle(bundle));
  }

  StartedRuntime start(Path bundle) throws IOException {
    StartedRuntime process = StartedRuntime.start(runtime, bundle);
    started.push(process);
    return process;
  }

  /// A process that was told to serve one of the bundles.
  StartedRuntime specialised(String bundle) throws IOException {
    return start(bundle).specialise();
  }

  Gate gate() throws IOException {
    Gate gate = new Gate();
    gates.add(gate);
    return gate;
  }

  Path bundle(String name) {
    return runtime.bundle(name);
  }

  @AfterEach
  void end() throws IOException {
    for (Gate gate : gates) {
      gate.close();
    }
    while (!started.isEmpty()) {
      started.pop().close();
    }
  }
}
