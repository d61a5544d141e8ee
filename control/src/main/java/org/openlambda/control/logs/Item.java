package org.openlambda.control.logs;

import java.time.Instant;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;

/// Something to write.
sealed interface Item {
  FunctionId function();

  RequestId invocation();

  Instant at();

  /// What it takes while it waits, about.
  long bytes();

  record Line(LogLine line) implements Item {
    @Override
    public FunctionId function() {
      return line.function();
    }

    @Override
    public RequestId invocation() {
      return line.invocation();
    }

    @Override
    public Instant at() {
      return line.at();
    }

    @Override
    public long bytes() {
      return 64 + 2L * line.text().length();
    }
  }

  record End(Journal.Entry entry) implements Item {
    @Override
    public FunctionId function() {
      return entry.function();
    }

    @Override
    public RequestId invocation() {
      return entry.id();
    }

    @Override
    public Instant at() {
      return entry.at();
    }

    @Override
    public long bytes() {
      return 512;
    }
  }
}
