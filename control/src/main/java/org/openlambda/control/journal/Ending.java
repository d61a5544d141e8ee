package org.openlambda.control.journal;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Journal.Entry;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.units.Bytes;

/// An entry in the form it is kept in: what most invocations are, returned, in one flat object. The
/// journal is most of what a server keeps from one collection of its heap to the next, and an entry
/// of ten objects would cost each call more in collecting than in recording.
final class Ending {
  private static final byte[] NO_BODY = new byte[0];

  private final FunctionId function;
  private final String version;
  private final Instant at;
  private final int status;

  /// Null if the handler returned a whole answer: then it is told by what follows.
  private final @Nullable Outcome other;

  private int answered;
  private Usage.@Nullable Start start;
  private @Nullable Bytes memory;
  private long wallNanos;
  private long billedNanos;
  private long cpuNanos;
  private long peakBytes;
  private long queueNanos;
  private long specialiseNanos;
  private long initNanos;
  private long handlerNanos;

  private Ending(Entry entry, @Nullable Outcome other) {
    this.function = entry.function();
    this.version = entry.version();
    this.at = entry.at();
    this.status = entry.status();
    this.other = other;
  }

  static Ending of(Entry entry) {
    if (!(entry.outcome() instanceof Outcome.Returned(Payload.Whole whole, Usage usage))) {
      return new Ending(entry, Brief.of(entry.outcome()));
    }
    var ending = new Ending(entry, null);
    ending.answered = whole.status();
    ending.start = usage.start();
    ending.memory = usage.memory();
    ending.wallNanos = usage.wall().toNanos();
    ending.billedNanos = usage.billed().toNanos();
    ending.cpuNanos = usage.cpu().toNanos();
    ending.peakBytes = usage.peakMemory().count();
    Phases phases = usage.phases();
    ending.queueNanos = phases.queue().toNanos();
    ending.specialiseNanos = phases.specialise().toNanos();
    ending.initNanos = phases.init().toNanos();
    ending.handlerNanos = phases.handler().toNanos();
    return ending;
  }

  FunctionId function() {
    return function;
  }

  Instant at() {
    return at;
  }

  Entry entry(RequestId id) {
    return new Entry(id, function, version, at, outcome(), status);
  }

  private Outcome outcome() {
    if (other != null || start == null || memory == null) {
      return Objects.requireNonNull(other);
    }
    var phases =
        new Phases(
            Duration.ofNanos(queueNanos),
            Duration.ofNanos(specialiseNanos),
            Duration.ofNanos(initNanos),
            Duration.ofNanos(handlerNanos));
    var usage =
        new Usage(
            start,
            Duration.ofNanos(wallNanos),
            Duration.ofNanos(billedNanos),
            memory,
            Duration.ofNanos(cpuNanos),
            new Bytes(peakBytes),
            phases);
    return new Outcome.Returned(new Payload.Whole(answered, List.of(), NO_BODY), usage);
  }
}
