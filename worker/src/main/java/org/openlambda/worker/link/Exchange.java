package org.openlambda.worker.link;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Payload;

/// One request and its answer. [#send] from one thread (the mounter's, when code was attached just
/// before), then [#receive] from the invocation's virtual thread, once each.
public final class Exchange {
  private static final Heads.Answer DEFAULT_HEAD =
      new Heads.Answer(200, List.of(new Header("content-type", "application/json")));

  /// How often it is looked whether the request was handed over: that takes some ten microseconds.
  private static final long GLANCE_NANOS = 20_000;

  private final RuntimeLink link;
  private final int stream;
  private final Invocation invocation;
  private final Runnable hurry;
  private final boolean loads;
  private final ByteBuffer first;
  private final BodySender body;

  /// Set once, when the caller turned out to be gone or the stream has ended.
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /// When the request was handed to the sandbox; written by the sender before it sends.
  private volatile long sentNanos;

  /// Set when the request was handed over or cannot be: until then the sandbox's descriptors are in
  /// use, and it must not be taken apart. Looked at, not waited for: waking a virtual thread can
  /// start a thread, and one that the mounter starts would live in its mount namespace.
  private volatile boolean handed;

  private long loadedNanos;

  /// @throws IOException if the request's head does not fit a frame; nothing was sent
  Exchange(
      RuntimeLink link,
      int stream,
      Optional<RuntimeLink.Load> load,
      Invocation invocation,
      Runnable hurry)
      throws IOException {
    this.link = link;
    this.stream = stream;
    this.invocation = invocation;
    this.hurry = hurry;
    this.loads = load.isPresent();
    this.body = new BodySender(link, stream, invocation.request().body(), this::cancel);
    this.first = encode(load);
  }

  /// Hands the request to the sandbox: SPECIALISE if it is the first, REQUEST, and as much of the
  /// body as may go. If the sandbox is dead already, [#receive] will say so.
  public void send(long nowNanos) {
    sentNanos = nowNanos;
    try {
      link.write(first);
      body.start();
    } catch (IOException e) {
      link.close();
    } finally {
      handed = true;
    }
  }

  /// The sandbox could not be given the request: [#receive] ends at once with [Ending.Closed].
  public void abandon(long nowNanos) {
    sentNanos = nowNanos;
    link.close();
    handed = true;
  }

  /// Tells the runtime that nobody waits for the answer any more; it has a second to end the stream
  /// (rule R8). Any thread; does not block; only the first call counts.
  public void cancel() {
    if (cancelled.compareAndSet(false, true)) {
      hurry.run();
      Thread.startVirtualThread(() -> {
        try {
          link.send(FrameType.CANCEL, stream, false, ByteBuffer.allocate(0));
        } catch (IOException e) {
          link.close();
        }
      });
    }
  }

  /// When [#send] was called; 0 before.
  public long sentNanos() {
    return sentNanos;
  }

  /// What the runtime says loading took; 0 if nothing was loaded.
  public long loadedNanos() {
    return loadedNanos;
  }

  /// Waits for the end of the answer. A streamed answer goes to the invocation's reply meanwhile;
  /// if that says that the caller is gone, the stream is cancelled. Blocks, and does not return
  /// before [#send] or [#abandon] has, even if the sandbox is dead.
  public Ending receive() {
    var answer = new Answer();
    body.pump(this::awaitHanded);
    try (var reader = new FrameReader(link.wire(), link.buffers())) {
      while (true) {
        reader.next();
        Optional<Ending> ending = answer.take(reader);
        if (ending.isPresent()) {
          return reader.hasMore() ? new Ending.Broken("frames after the end") : ending.get();
        }
      }
    } catch (Breach e) {
      return new Ending.Broken(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return new Ending.Closed();
    } finally {
      awaitHanded();
      cancelled.set(true); // from now on the stream is nobody's: a late cancel is not sent
      body.stop();
    }
  }

  private void awaitHanded() {
    while (!handed) {
      LockSupport.parkNanos(this, GLANCE_NANOS);
    }
  }

  private ByteBuffer encode(Optional<RuntimeLink.Load> load) throws IOException {
    long deadline = invocation.version().config().limits().timeout().toMillis();
    byte[] head = Heads.request(invocation.id(), invocation.request(), deadline);
    byte[] special = load.map(Heads::specialise).orElse(new byte[0]);
    byte[] whole =
        invocation.request().body() instanceof Body.Whole(var bytes) ? bytes : new byte[0];
    boolean arriving = invocation.request().body() instanceof Body.Arriving;
    int room = FrameReader.LARGEST_PAYLOAD - 4 - head.length;
    if (room < 0) {
      throw new IOException(
          "the request's path and header fields are %d bytes more than the runtime can take"
              .formatted(-room));
    }
    int now = Math.min(room, whole.length);
    int frames = special.length == 0 ? 1 : 2;
    var out =
        ByteBuffer.allocate(frames * FrameReader.HEADER + special.length + 4 + head.length + now);
    if (special.length > 0) {
      RuntimeLink.header(out, special.length, FrameType.SPECIALISE, 0, false);
      out.put(special);
    }
    boolean end = !arriving && now == whole.length;
    RuntimeLink.header(out, 4 + head.length + now, FrameType.REQUEST, stream, end);
    out.putInt(head.length).put(head).put(whole, 0, now);
    body.alreadySent(now, end);
    return out.flip();
  }

  /// The answer as it arrives.
  private final class Answer {
    private Optional<Heads.Answer> streaming = Optional.empty();
    private long received;
    private int owed;

    Optional<Ending> take(FrameReader frame) throws Breach, IOException {
      switch (frame.type()) {
        case LOADED -> loaded(frame);
        case ANSWER_CREDIT -> {
          checkStream(frame);
          if (frame.payload().remaining() != 4) {
            throw new Breach("CREDIT of " + frame.payload().remaining() + " bytes");
          }
          body.credit(frame.payload().getInt(0));
        }
        case ANSWER -> {
          return begin(frame);
        }
        case ANSWER_BODY -> {
          return more(frame);
        }
        case FAILED -> {
          return failed(frame);
        }
        case READY, SPECIALISE, REQUEST, REQUEST_BODY, REQUEST_CREDIT, CANCEL ->
            throw new Breach(frame.type() + " where an answer belongs");
      }
      return Optional.empty();
    }

    private void loaded(FrameReader frame) throws Breach {
      if (frame.stream() != 0 || frame.payload().remaining() != 8 || loadedNanos != 0 || !loads) {
        throw new Breach("a LOADED that nobody asked for");
      }
      loadedNanos = Math.max(1, frame.payload().getLong(0));
    }

    private Optional<Ending> begin(FrameReader frame) throws Breach {
      checkStream(frame);
      if (streaming.isPresent()) {
        throw new Breach("a second ANSWER");
      }
      ByteBuffer payload = frame.payload();
      int headLength = payload.remaining() < 4 ? -1 : payload.getInt();
      if (headLength < 0 || headLength > payload.remaining()) {
        throw new Breach("an ANSWER whose head is longer than the frame");
      }
      Heads.Answer head =
          headLength == 0
              ? DEFAULT_HEAD
              : Heads.answer(payload.slice(payload.position(), headLength));
      payload.position(payload.position() + headLength);
      var bytes = new byte[payload.remaining()];
      payload.get(bytes);
      if (frame.end()) {
        return Optional.of(
            new Ending.Answered(new Payload.Whole(head.status(), head.headers(), bytes)));
      }
      streaming = Optional.of(head);
      try {
        invocation.reply().start(head.status(), head.headers());
        invocation.reply().whenGone(Exchange.this::cancel);
      } catch (IOException e) {
        cancel();
      }
      pass(bytes);
      return Optional.empty();
    }

    private Optional<Ending> more(FrameReader frame) throws Breach {
      checkStream(frame);
      Heads.Answer head = streaming.orElseThrow(() -> new Breach("BODY before ANSWER"));
      var bytes = new byte[frame.payload().remaining()];
      frame.payload().get(bytes);
      pass(bytes);
      return frame.end()
          ? Optional.of(
              new Ending.Answered(
                  new Payload.Streamed(head.status(), head.headers(), received, !cancelled.get())))
          : Optional.empty();
    }

    private Optional<Ending> failed(FrameReader frame) throws Breach {
      checkStream(frame);
      if (!frame.end()) {
        throw new Breach("FAILED without END");
      }
      Heads.Failure f = Heads.failure(frame.payload());
      return Optional.of(
          new Ending.Failed(f.type(), f.message(), f.trace(), f.phase().equals("load")));
    }

    /// Gives a piece to the caller, and the runtime the credit for it. A runtime that sends without
    /// credit cannot be told from one that has it: it is held back by its socket, as nothing is
    /// read while the caller does not take what was.
    private void pass(byte[] bytes) {
      received += bytes.length;
      owed += bytes.length;
      try {
        if (!cancelled.get() && bytes.length > 0) {
          invocation.reply().write(bytes);
        }
      } catch (IOException e) {
        cancel();
      }
      if (owed >= RuntimeLink.WINDOW / 4) {
        grant();
      }
    }

    private void grant() {
      try {
        var credit = ByteBuffer.allocate(4).putInt(0, owed);
        link.send(FrameType.REQUEST_CREDIT, stream, false, credit);
        owed = 0;
      } catch (IOException e) {
        link.close();
      }
    }

    private void checkStream(FrameReader frame) throws Breach {
      if (frame.stream() != stream) {
        throw new Breach(frame.type() + " for stream " + frame.stream() + " during " + stream);
      }
    }
  }
}
