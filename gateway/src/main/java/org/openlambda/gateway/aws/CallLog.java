package org.openlambda.gateway.aws;

import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.time.Time;

/// The lines of the platform in the log of one call, in the stream of the instance that runs it. A
/// call that no instance was found for has none. For the thread that invokes.
final class CallLog {
  private final Journal journal;
  private final Time time;
  private final RequestId id;
  private final Version version;
  private String stream = "";
  private boolean begun;

  CallLog(Journal journal, Time time, RequestId id, Version version) {
    this.journal = journal;
    this.time = time;
    this.id = id;
    this.version = version;
  }

  /// An instance is about to run it: see [org.openlambda.core.invocation.Invocation#begun].
  void begin(String instance) {
    stream = instance;
    if (!begun) {
      begun = true;
      line(Report.start(id, version));
    }
  }

  void end(Outcome.Ran outcome) {
    Report.end(id, outcome).forEach(this::line);
  }

  private void line(String text) {
    journal.line(new LogLine(id, version.function(), time.now(), text, stream));
  }
}
