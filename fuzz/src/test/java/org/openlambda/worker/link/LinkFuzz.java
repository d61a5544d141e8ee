package org.openlambda.worker.link;

import static org.openlambda.fuzz.Oracle.that;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.fuzz.Oracle;

/// What a runtime may send: byte 0 chooses the situation, byte 1 how much arrives at once, the rest
/// is on the wire. Whatever it is, the exchange ends in one of its four ways, an answer that comes
/// out can be sent by HTTP, the caller gets no more than was sent, and the worker's own frames keep
/// the protocol.
public final class LinkFuzz {
  private static final int STARTS = 1;
  private static final int LOADS = 2;
  private static final int LARGE_BODY = 4;
  private static final int ARRIVES = 8;
  private static final int IMPATIENT = 16;

  /// Bytes of a body that arrives in pieces.
  private static final int ARRIVING = 600_000;

  private static final byte[] LARGE = new byte[300_000];
  private static final Buffers BUFFERS = new Buffers(2);
  private static final Version VERSION =
      Version.latest(
          new FunctionName("fuzz"),
          new Code(Path.of("/nowhere"), new Digest("0".repeat(64))),
          new FunctionConfig(
              new Entry.OpenLambda(), Map.of("A", "b"), List.of("*"), Limits.DEFAULT, true));

  private LinkFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length < 2) {
      return;
    }
    int situation = input[0];
    var wire = new MadeUpWire(input, 2, Byte.toUnsignedInt(input[1]) * 16);
    var link = new RuntimeLink(wire, BUFFERS);
    if ((situation & STARTS) != 0) {
      start(link);
    } else {
      exchange(link, wire, situation);
    }
    link.close();
  }

  private static void start(RuntimeLink link) throws IOException {
    try {
      that(link.awaitReady().length() <= FrameReader.LARGEST_PAYLOAD, "a very long name");
    } catch (EOFException e) {
      that(e.getMessage() != null, "an end without a word");
    } catch (Breach e) {
      Oracle.isSentence(String.valueOf(e.getMessage()));
    }
  }

  private static void exchange(RuntimeLink link, MadeUpWire wire, int situation)
      throws IOException {
    var reply = new MeasuringReply((situation & IMPATIENT) != 0 ? 100 : Integer.MAX_VALUE);
    Body body = body(situation);
    var request =
        new Request("POST", "/run/fuzz", "/a", "b=c", List.of(), body, "127.0.0.1:1", "http");
    var invocation =
        new Invocation(RequestId.random(), VERSION, request, reply, 0, Optional.empty());
    boolean loads = (situation & LOADS) != 0;
    var load = new RuntimeLink.Load(VERSION, "/handler", Purpose.SERVE, "a/stream");
    Exchange exchange =
        link.begin(loads ? Optional.of(load) : Optional.empty(), invocation, () -> {});
    exchange.send(1);
    Ending ending = exchange.receive();
    judge(ending, reply);
    long whole = body instanceof Body.Whole(byte[] bytes) ? bytes.length : ARRIVING;
    new SentFrames(wire.written()).judge(loads, whole, reply.bytes());
  }

  private static Body body(int situation) {
    if ((situation & ARRIVES) == 0) {
      return (situation & LARGE_BODY) != 0 ? new Body.Whole(LARGE) : Body.Whole.EMPTY;
    }
    return new Body.Arriving() {
      private int left = ARRIVING / 60_000;

      @Override
      public byte[] read() {
        return new byte[left-- > 0 ? 60_000 : 0];
      }
    };
  }

  private static void judge(Ending ending, MeasuringReply reply) {
    switch (ending) {
      case Ending.Answered(Payload.Whole(int status, var headers, byte[] body)) -> {
        canBeSent(status, headers);
        that(body.length <= FrameReader.LARGEST_PAYLOAD, "a frame of %d bytes", body.length);
        that(!reply.started(), "an answer given twice");
      }
      case Ending.Answered(Payload.Streamed(int status, var headers, long bytes, boolean all)) -> {
        canBeSent(status, headers);
        that(reply.started(), "a streamed answer that never began");
        that(!all || bytes == reply.bytes(), "%d bytes instead of %d", reply.bytes(), bytes);
      }
      case Ending.Failed failed -> {
        that(failed.type() != null && failed.message() != null, "a failure without words");
        that(!failed.trace().isEmpty(), "a failure without a trace");
      }
      case Ending.Broken(String what) -> Oracle.isSentence(what);
      case Ending.Closed _ -> {}
    }
  }

  private static void canBeSent(int status, List<Header> headers) {
    that(status >= 200 && status <= 599, "status %d", status);
    that(headers.size() <= Heads.MOST_HEADERS, "%d header fields", headers.size());
    for (Header header : headers) {
      that(!header.name().isEmpty(), "a field without a name");
      String text = header.name() + header.value();
      that(
          text.chars().allMatch(c -> c <= 0xFF && c != '\r' && c != '\n' && c != 0),
          "a field that HTTP cannot carry: %s",
          text);
    }
  }

  /// What the worker wrote, frame by frame.
  private record SentFrames(ByteBuffer bytes) {
    void judge(boolean loads, long body, long consumed) {
      if (loads) {
        that(next().type == FrameType.SPECIALISE.number, "no SPECIALISE first");
      }
      Sent request = next();
      that(request.type == FrameType.REQUEST.number, "no REQUEST first");
      long sent = (long) request.length - 4 - request.first;
      boolean ended = request.end;
      long granted = 0;
      while (bytes.hasRemaining()) {
        Sent frame = next();
        that(frame.stream == 1, "a frame of stream %d", frame.stream);
        if (frame.type == FrameType.REQUEST_BODY.number) {
          that(!ended, "a BODY after the end");
          sent += frame.length;
          ended = frame.end;
        } else if (frame.type == FrameType.REQUEST_CREDIT.number) {
          that(frame.length == 4 && frame.first > 0, "a CREDIT of %d", frame.first);
          granted += frame.first;
        } else {
          that(frame.type == FrameType.CANCEL.number && frame.length == 0, "no CANCEL");
        }
      }
      that(sent <= body, "%d bytes of a body of %d", sent, body);
      that(granted >= 0 && consumed >= 0, "a negative credit");
    }

    private Sent next() {
      int length = bytes.getInt();
      byte type = bytes.get();
      byte flags = bytes.get();
      that(bytes.getShort() == 0 && (flags & ~FrameReader.END) == 0, "reserved bits");
      that(length >= 0 && length <= FrameReader.LARGEST_PAYLOAD, "a frame of %d bytes", length);
      int stream = bytes.getInt();
      int first = length >= 4 ? bytes.getInt(bytes.position()) : 0;
      bytes.position(bytes.position() + length);
      return new Sent(type, flags == FrameReader.END, stream, length, first);
    }
  }

  /// @param first the payload's first four bytes
  private record Sent(byte type, boolean end, int stream, int length, int first) {}
}
