package org.openlambda.control.logs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.openlambda.control.journal.Brief;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Journal.Entry;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.units.Bytes;

/// How a call ended, in some 100 bytes:
///
///     text version, i64 time, u16 status, u8 outcome, what belongs to it, usage if it ran
///
/// Texts as [DataOutputStream#writeUTF] writes them, enumerations by their names, durations in
/// nanoseconds, and the time since 1970, too.
final class EntryCodec {
  private static final byte[] NO_BODY = new byte[0];
  private static final byte RETURNED = 1;
  private static final byte STREAMED = 2;
  private static final byte THREW = 3;
  private static final byte EXITED = 4;
  private static final byte SIGNALLED = 5;
  private static final byte BREACHED = 6;
  private static final byte TIMED_OUT = 7;
  private static final byte OUT_OF_MEMORY = 8;
  private static final byte REJECTED = 9;
  private static final byte LOST = 10;

  private EntryCodec() {}

  /// Writes it at the position of `out`, which has room for 60 KiB.
  static void put(ByteBuffer out, Entry entry) {
    text(out, entry.version());
    out.putLong(nanos(entry.at())).putShort((short) entry.status());
    Outcome outcome = Brief.of(entry.outcome());
    put(out, outcome);
    if (outcome instanceof Outcome.Ran ran) {
      put(out, ran.usage());
    }
  }

  /// As [DataOutputStream#writeUTF] does.
  private static void text(ByteBuffer out, String text) {
    if (text.chars().allMatch(c -> c > 0 && c < 128)) { // it has them as they are
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      out.putShort((short) bytes.length).put(bytes);
      return;
    }
    var modified = new ByteArrayOutputStream();
    try {
      new DataOutputStream(modified).writeUTF(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.put(modified.toByteArray());
  }

  static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  private static void put(ByteBuffer out, Outcome outcome) {
    switch (outcome) {
      case Outcome.Returned(Payload.Whole whole, _) -> {
        out.put(RETURNED);
        out.putShort((short) whole.status());
      }
      case Outcome.Returned(Payload.Streamed streamed, _) -> {
        out.put(STREAMED);
        out.putShort((short) streamed.status());
        out.putLong(streamed.bytes());
        out.put((byte) (streamed.complete() ? 1 : 0));
      }
      case Outcome.Threw threw -> {
        out.put(THREW);
        text(out, threw.type());
        text(out, threw.message());
        text(out, threw.trace());
      }
      case Outcome.Crashed(var how, _) -> put(out, how);
      case Outcome.TimedOut(var limit, _) -> {
        out.put(TIMED_OUT);
        out.putLong(limit.toNanos());
      }
      case Outcome.OutOfMemory(var limit, _) -> {
        out.put(OUT_OF_MEMORY);
        out.putLong(limit.count());
      }
      case Outcome.Rejected(var reason, var retryAfter) -> {
        out.put(REJECTED);
        text(out, reason.name());
        out.putLong(retryAfter.toNanos());
      }
      case Outcome.Lost(var why) -> {
        out.put(LOST);
        text(out, why);
      }
    }
  }

  private static void put(ByteBuffer out, Exit how) {
    switch (how) {
      case Exit.Status(var status) -> {
        out.put(EXITED);
        out.putInt(status);
      }
      case Exit.Signal(var signal) -> {
        out.put(SIGNALLED);
        out.putInt(signal);
      }
      case Exit.Breach(var what) -> {
        out.put(BREACHED);
        text(out, what);
      }
    }
  }

  private static void put(ByteBuffer out, Usage usage) {
    text(out, usage.start().name());
    out.putLong(usage.wall().toNanos());
    out.putLong(usage.billed().toNanos());
    out.putLong(usage.memory().count());
    out.putLong(usage.cpu().toNanos());
    out.putLong(usage.peakMemory().count());
    Phases phases = usage.phases();
    out.putLong(phases.queue().toNanos());
    out.putLong(phases.specialise().toNanos());
    out.putLong(phases.init().toNanos());
    out.putLong(phases.handler().toNanos());
  }

  /// @throws IOException if the bytes are not what [#put] wrote
  static Entry entry(RequestId id, FunctionId function, byte[] bytes) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(bytes));
    try {
      String version = in.readUTF();
      Instant at = instant(in.readLong());
      int status = in.readUnsignedShort();
      return new Entry(id, function, version, at, outcome(in), status);
    } catch (IllegalArgumentException e) {
      throw new IOException("the end of call " + id + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Outcome outcome(DataInputStream in) throws IOException {
    int kind = in.readUnsignedByte();
    return switch (kind) {
      case RETURNED -> {
        int status = in.readUnsignedShort();
        yield new Outcome.Returned(new Payload.Whole(status, List.of(), NO_BODY), usage(in));
      }
      case STREAMED -> {
        var payload =
            new Payload.Streamed(
                in.readUnsignedShort(), List.of(), in.readLong(), in.readBoolean());
        yield new Outcome.Returned(payload, usage(in));
      }
      case THREW -> new Outcome.Threw(in.readUTF(), in.readUTF(), in.readUTF(), usage(in));
      case EXITED -> new Outcome.Crashed(new Exit.Status(in.readInt()), usage(in));
      case SIGNALLED -> new Outcome.Crashed(new Exit.Signal(in.readInt()), usage(in));
      case BREACHED -> new Outcome.Crashed(new Exit.Breach(in.readUTF()), usage(in));
      case TIMED_OUT -> new Outcome.TimedOut(Duration.ofNanos(in.readLong()), usage(in));
      case OUT_OF_MEMORY -> new Outcome.OutOfMemory(new Bytes(in.readLong()), usage(in));
      case REJECTED ->
          new Outcome.Rejected(
              Outcome.Reason.valueOf(in.readUTF()), Duration.ofNanos(in.readLong()));
      case LOST -> new Outcome.Lost(in.readUTF());
      default -> throw new IOException("no outcome has the number " + kind);
    };
  }

  private static Usage usage(DataInputStream in) throws IOException {
    return new Usage(
        Usage.Start.valueOf(in.readUTF()),
        Duration.ofNanos(in.readLong()),
        Duration.ofNanos(in.readLong()),
        new Bytes(in.readLong()),
        Duration.ofNanos(in.readLong()),
        new Bytes(in.readLong()),
        new Phases(
            Duration.ofNanos(in.readLong()),
            Duration.ofNanos(in.readLong()),
            Duration.ofNanos(in.readLong()),
            Duration.ofNanos(in.readLong())));
  }
}
