package org.openlambda.control.logs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
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
  private static final int RETURNED = 1;
  private static final int STREAMED = 2;
  private static final int THREW = 3;
  private static final int EXITED = 4;
  private static final int SIGNALLED = 5;
  private static final int BREACHED = 6;
  private static final int TIMED_OUT = 7;
  private static final int OUT_OF_MEMORY = 8;
  private static final int REJECTED = 9;
  private static final int LOST = 10;

  private EntryCodec() {}

  static byte[] bytes(Entry entry) throws IOException {
    var bytes = new ByteArrayOutputStream(128);
    var out = new DataOutputStream(bytes);
    out.writeUTF(entry.version());
    out.writeLong(nanos(entry.at()));
    out.writeShort(entry.status());
    Outcome outcome = Brief.of(entry.outcome());
    write(out, outcome);
    if (outcome instanceof Outcome.Ran ran) {
      write(out, ran.usage());
    }
    return bytes.toByteArray();
  }

  static long nanos(Instant at) {
    return at.getEpochSecond() * 1_000_000_000L + at.getNano();
  }

  static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }

  private static void write(DataOutputStream out, Outcome outcome) throws IOException {
    switch (outcome) {
      case Outcome.Returned(Payload.Whole whole, _) -> {
        out.writeByte(RETURNED);
        out.writeShort(whole.status());
      }
      case Outcome.Returned(Payload.Streamed streamed, _) -> {
        out.writeByte(STREAMED);
        out.writeShort(streamed.status());
        out.writeLong(streamed.bytes());
        out.writeBoolean(streamed.complete());
      }
      case Outcome.Threw threw -> {
        out.writeByte(THREW);
        out.writeUTF(threw.type());
        out.writeUTF(threw.message());
        out.writeUTF(threw.trace());
      }
      case Outcome.Crashed(var how, _) -> write(out, how);
      case Outcome.TimedOut(var limit, _) -> {
        out.writeByte(TIMED_OUT);
        out.writeLong(limit.toNanos());
      }
      case Outcome.OutOfMemory(var limit, _) -> {
        out.writeByte(OUT_OF_MEMORY);
        out.writeLong(limit.count());
      }
      case Outcome.Rejected(var reason, var retryAfter) -> {
        out.writeByte(REJECTED);
        out.writeUTF(reason.name());
        out.writeLong(retryAfter.toNanos());
      }
      case Outcome.Lost(var why) -> {
        out.writeByte(LOST);
        out.writeUTF(why);
      }
    }
  }

  private static void write(DataOutputStream out, Exit how) throws IOException {
    switch (how) {
      case Exit.Status(var status) -> {
        out.writeByte(EXITED);
        out.writeInt(status);
      }
      case Exit.Signal(var signal) -> {
        out.writeByte(SIGNALLED);
        out.writeInt(signal);
      }
      case Exit.Breach(var what) -> {
        out.writeByte(BREACHED);
        out.writeUTF(what);
      }
    }
  }

  private static void write(DataOutputStream out, Usage usage) throws IOException {
    out.writeUTF(usage.start().name());
    out.writeLong(usage.wall().toNanos());
    out.writeLong(usage.billed().toNanos());
    out.writeLong(usage.memory().count());
    out.writeLong(usage.cpu().toNanos());
    out.writeLong(usage.peakMemory().count());
    Phases phases = usage.phases();
    out.writeLong(phases.queue().toNanos());
    out.writeLong(phases.specialise().toNanos());
    out.writeLong(phases.init().toNanos());
    out.writeLong(phases.handler().toNanos());
  }

  /// @throws IOException if the bytes are not what [#bytes] made
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
