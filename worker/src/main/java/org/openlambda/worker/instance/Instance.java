package org.openlambda.worker.instance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.time.Patience;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.count.Counters;
import org.openlambda.worker.link.Ending;
import org.openlambda.worker.link.Exchange;
import org.openlambda.worker.link.Purpose;
import org.openlambda.worker.link.RuntimeLink;
import org.openlambda.worker.sandbox.Deadlines.Deadline;
import org.openlambda.worker.sandbox.Death;
import org.openlambda.worker.sandbox.Sandbox;

/// One version's place to run. Exactly one thread has it at a time: the pool while it is idle, the
/// invocation while it is lent.
///
///     NEW ──run──▶ LOADED ⇄ (lent, idle, frozen by the pool)
///      └───────────────┴──▶ SPENT  after a timeout, crash, breach or failed load; never lent again
public final class Instance {
  /// What a runtime has after a CANCEL (rule R8), and then some.
  private static final Duration LAST_CHANCE = Duration.ofMillis(1_500);

  /// Until the sandbox has its code and the request; a timeout counts from then on.
  private static final Duration HANDOVER = Patience.of(Duration.ofSeconds(10));

  private static final int CLIENT_CLOSED = 499;
  private static final int HEAD_TOO_LARGE = 431;

  private enum State {
    NEW,
    LOADED,
    SPENT
  }

  private final Version version;
  private final Bundle bundle;
  private final Sandbox sandbox;
  private final Means means;
  private final Purpose purpose;

  /// Where its lines go.
  private final String stream;

  private State state = State.NEW;
  private boolean frozen;

  /// Whether it died before it was given code and request.
  private boolean notAttached;

  /// Set by the pool when the worker closes.
  private volatile boolean lost;

  /// CPU time of the sandbox before the next invocation, in microseconds.
  private long cpuMicros;

  private Bytes peak = Bytes.ZERO;

  /// The last one that was begun; read by others to see how long it has run.
  private volatile @Nullable Exchange exchange;

  Instance(Version version, Bundle bundle, Sandbox sandbox, Means means, Purpose purpose) {
    this.version = version;
    this.bundle = bundle;
    this.sandbox = sandbox;
    this.means = means;
    this.purpose = purpose;
    this.stream = LogStream.of(version, means.time().now());
  }

  public Version version() {
    return version;
  }

  public Sandbox sandbox() {
    return sandbox;
  }

  /// Whether it can serve another invocation.
  boolean reusable() {
    return state == State.LOADED && version.config().reuseSandbox() && !sandbox.isDead();
  }

  /// Whether the last run ended early, as the sandbox died before it had code and request: the
  /// request is as it was, and there is somebody who waits for an answer.
  public boolean wasNotAttached() {
    return notAttached;
  }

  /// The most memory it held so far.
  Bytes peak() {
    return peak;
  }

  /// When the invocation that runs was handed to the sandbox; 0 if none was since it was lent. Any
  /// thread.
  ///
  /// @param lentNanos when it was lent last
  long atWorkSince(long lentNanos) {
    Exchange last = exchange;
    long sent = last == null ? 0 : last.sentNanos();
    return sent - lentNanos < 0 ? 0 : sent;
  }

  public boolean isFrozen() {
    return frozen;
  }

  /// Stops every thread in it (about 2 µs); it keeps its memory and uses no CPU.
  void freeze() {
    long begin = means.time().nanos();
    sandbox.group().freeze();
    frozen = true;
    means.counters().count(Counters.Step.PAUSE, means.time().nanos() - begin);
  }

  void thaw() {
    if (frozen) {
      long begin = means.time().nanos();
      sandbox.group().thaw();
      frozen = false;
      means.counters().count(Counters.Step.UNPAUSE, means.time().nanos() - begin);
    }
  }

  /// Ends the sandbox; this instance is of no use any more.
  void destroy() {
    long begin = means.time().nanos();
    sandbox.destroy();
    means.counters().count(Counters.Step.DESTROY, means.time().nanos() - begin);
  }

  /// The worker closes: kills the sandbox, and an invocation that runs in it is lost. Any thread.
  void lose() {
    lost = true;
    sandbox.kill();
    sandbox.link().close(); // wakes its caller, wherever that waits
  }

  /// Runs one invocation to its end. Blocks the calling virtual thread.
  public Outcome run(Invocation invocation, Usage.Start start) {
    long lentNanos = means.time().nanos();
    Deadline deadline = means.deadlines().at(lentNanos + HANDOVER.toNanos(), sandbox::kill);
    var ends = new Ends(invocation, start, lentNanos, deadline);
    try {
      Exchange exchange = sandbox.link().begin(load(), invocation, ends::callerGone);
      this.exchange = exchange;
      invocation.begun().accept(stream);
      sandbox.log().attribute(line -> means.logs().line(logLine(invocation, line)));
      hand(exchange, ends);
      Ending ending = exchange.receive();
      long endNanos = means.time().nanos();
      boolean timely = deadline.cancel();
      sandbox.log().drain();
      // A function that is killed does not pay for how long its processes take to die.
      return ends.outcome(ending, timely, ends.usage(exchange, deadline.passedOr(endNanos)));
    } catch (IOException e) {
      return ends.refused(String.valueOf(e.getMessage()));
    } catch (RuntimeException | Error e) {
      state = State.SPENT; // nobody else may hear the rest of this talk
      throw e;
    } finally {
      deadline.cancel();
    }
  }

  private Optional<RuntimeLink.Load> load() {
    if (state != State.NEW) {
      return Optional.empty();
    }
    return Optional.of(
        new RuntimeLink.Load(
            version,
            means.specialiser().folder(bundle, version.config().entry()),
            purpose,
            stream));
  }

  /// Gives the sandbox the request; a new one gets limits and code first.
  private void hand(Exchange exchange, Ends ends) {
    if (state == State.LOADED) {
      ends.send(exchange);
      return;
    }
    cpuMicros = sandbox.group().cpuMicros();
    try {
      boolean compile = purpose == Purpose.COMPILE; // runs nothing of the function's
      Limits limits = compile ? means.specialiser().waiting() : version.config().limits();
      means
          .specialiser()
          .specialise(
              sandbox,
              bundle,
              version.config().entry(),
              limits,
              () -> ends.send(exchange),
              e -> ends.abandon(exchange, e));
    } catch (RuntimeException e) {
      ends.abandon(exchange, e);
    }
  }

  private LogLine logLine(Invocation invocation, String text) {
    return new LogLine(invocation.id(), version.function(), means.time().now(), text, stream);
  }

  /// What an end on the wire means, once it is known what else happened meanwhile.
  private final class Ends {
    private final Invocation invocation;
    private final Usage.Start start;
    private final long lentNanos;
    private final Deadline deadline;

    /// The caller went away; set on a thread of the door.
    private volatile boolean callerGone;

    /// Set before the request is sent, on the thread that sends it.
    private volatile boolean sent;

    /// Code and request came too late; set before `whyNotAttached`.
    private volatile boolean late;

    /// Why the code could not be attached; set on the mounter's thread before the link is closed.
    private volatile @Nullable RuntimeException whyNotAttached;

    private Ends(Invocation invocation, Usage.Start start, long lentNanos, Deadline deadline) {
      this.invocation = invocation;
      this.start = start;
      this.lentNanos = lentNanos;
      this.deadline = deadline;
    }

    private void callerGone() {
      callerGone = true;
      deadline.hurry(means.time().nanos() + LAST_CHANCE.toNanos());
    }

    /// The timeout runs from here. The caller's thread, or the mounter's.
    private void send(Exchange exchange) {
      long now = means.time().nanos();
      if (!deadline.restart(now, version.config().limits().timeout())) {
        late = true;
        abandon(
            exchange,
            new IllegalStateException("it took more than " + HANDOVER.toSeconds() + " s"));
        return;
      }
      if (callerGone) {
        deadline.hurry(now + LAST_CHANCE.toNanos());
      }
      sent = true;
      exchange.send(now);
    }

    private void abandon(Exchange exchange, RuntimeException why) {
      whyNotAttached = why;
      exchange.abandon(means.time().nanos());
    }

    private Usage usage(Exchange exchange, long endNanos) {
      long sent = exchange.sentNanos();
      Duration wall = Duration.ofNanos(Math.max(0, endNanos - sent));
      Duration billed = Duration.ofNanos(Math.ceilDiv(wall.toNanos(), 1000L) * 1000L);
      Duration init = Duration.ofNanos(Math.min(exchange.loadedNanos(), wall.toNanos()));
      long cpuNow = sandbox.group().cpuMicros();
      Duration cpu = Duration.ofNanos(Math.max(0, cpuNow - cpuMicros) * 1000);
      cpuMicros = cpuNow;
      peak = new Bytes(Math.max(peak.count(), sandbox.group().peakMemoryBytes()));
      // A warm sandbox is not specialised: what passed until it had the request was waiting.
      long ready = start == Usage.Start.WARM ? sent : lentNanos;
      var phases =
          new Phases(
              Duration.ofNanos(Math.max(0, ready - invocation.receivedNanos())),
              Duration.ofNanos(Math.max(0, sent - ready)),
              init,
              wall.minus(init));
      return new Usage(start, wall, billed, version.config().limits().memory(), cpu, peak, phases);
    }

    /// The request cannot be put into words that a runtime takes: 431, at no cost.
    private Outcome refused(String why) {
      byte[] text = (why + ": send fewer or shorter ones\n").getBytes(StandardCharsets.UTF_8);
      var headers = List.of(new Header("content-type", "text/plain; charset=utf-8"));
      var none = Duration.ZERO;
      var memory = version.config().limits().memory();
      var queued = Duration.ofNanos(Math.max(0, lentNanos - invocation.receivedNanos()));
      var phases = new Phases(queued, none, none, none);
      return new Outcome.Returned(
          new Payload.Whole(HEAD_TOO_LARGE, headers, text),
          new Usage(start, none, none, memory, none, peak, phases));
    }

    /// @param timely whether it came before the deadline; otherwise the sandbox is killed just now,
    ///   though the answer was complete
    private Outcome outcome(Ending ending, boolean timely, Usage usage) {
      return switch (ending) {
        case Ending.Answered(var payload) -> {
          state = timely ? State.LOADED : State.SPENT;
          yield new Outcome.Returned(payload, usage);
        }
        case Ending.Failed(var type, var message, var trace, var loading) -> {
          state = loading || !timely ? State.SPENT : State.LOADED;
          yield new Outcome.Threw(type, message, trace, usage);
        }
        case Ending.Broken(var what) -> {
          state = State.SPENT;
          sandbox.kill();
          yield new Outcome.Crashed(new Exit.Breach(what), usage);
        }
        case Ending.Closed() -> {
          state = State.SPENT;
          yield closed(usage);
        }
      };
    }

    private Outcome closed(Usage usage) {
      if (lost) {
        return new Outcome.Lost(
            "the worker was closed while it ran %s; call again".formatted(invocation.id()));
      }
      RuntimeException why = whyNotAttached;
      if (why != null) {
        notAttached = !sent && !callerGone && !late;
        return new Outcome.Lost(
            "a sandbox could not be made ready for %s: %s; the handler was not run"
                .formatted(version.label(), why.getMessage()));
      }
      if (callerGone) {
        return new Outcome.Returned(
            new Payload.Streamed(CLIENT_CLOSED, List.of(), 0, false), usage);
      }
      if (deadline.passed()) {
        return new Outcome.TimedOut(version.config().limits().timeout(), usage);
      }
      return switch (sandbox.died()) {
        case Death.OutOfMemory() ->
            new Outcome.OutOfMemory(version.config().limits().memory(), usage);
        case Death.Ended(var how) -> new Outcome.Crashed(how, usage);
        case Death.ClosedLink() ->
            new Outcome.Crashed(new Exit.Breach("it closed its link"), usage);
        case Death.ZygoteLost() ->
            new Outcome.Lost(
                "the zygote of the sandbox that ran %s died; a new one is started, call again"
                    .formatted(invocation.id()));
      };
    }
  }
}
