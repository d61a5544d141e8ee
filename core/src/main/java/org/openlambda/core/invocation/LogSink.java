package org.openlambda.core.invocation;

/// Takes what handlers print. Called from any thread, must not block.
public interface LogSink {
  void line(LogLine line);
}
