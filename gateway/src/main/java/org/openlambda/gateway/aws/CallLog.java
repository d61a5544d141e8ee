package org.openlambda.gateway.aws;

import java.time.Instant;
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
      line(Report.start(id, version), time.now());
    }
  }

  void end(Outcome.Ran outcome) {
    Instant now = time.now();
    Report.end(id, outcome).forEach(text -> line(text, now));
  }

  private void line(String text, Instant at) {
    journal.line(new LogLine(id, version.function(), at, text, stream));
  }
}
