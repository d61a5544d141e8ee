package org.openlambda.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.openlambda.conformance.RuntimeFrame.Failed;
import org.openlambda.conformance.RuntimeFrame.Head;
import tools.jackson.databind.JsonNode;

/// One stream, seen from the worker: a request, and what has come of its answer. For one thread.
final class Call {
  private final StartedRuntime runtime;
  private final int stream;
  private final List<RuntimeFrame> frames = new ArrayList<>();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private Optional<Head> head = Optional.empty();
  private Optional<Failed> failure = Optional.empty();
  private long bodyCredit = Referee.WINDOW;
  private int uncredited;
  private boolean ended;

  Call(StartedRuntime runtime, int stream, int sent) {
    this.runtime = runtime;
    this.stream = stream;
    this.bodyCredit -= sent;
  }

  int stream() {
    return stream;
  }

  /// Takes a frame of this stream. Called by [StartedRuntime#step()].
  void take(RuntimeFrame frame) {
    frames.add(frame);
    ended |= frame.end();
    switch (frame) {
      case RuntimeFrame.Answer answer -> {
        head = Optional.of(answer.head());
        take(answer.body());
      }
      case RuntimeFrame.Body more -> take(more.body());
      case RuntimeFrame.Credit credit -> bodyCredit += credit.bytes();
      case Failed failed -> failure = Optional.of(failed);
      case RuntimeFrame.Ready _, RuntimeFrame.Loaded _ ->
          throw new IllegalStateException(frame + " is of no stream");
    }
  }

  private void take(ByteBuffer piece) {
    uncredited += piece.remaining();
    body.write(piece.array(), piece.arrayOffset() + piece.position(), piece.remaining());
  }

  /// Sends these bytes of the body in frames as large as they may be; waits for credit, and gives
  /// it for what comes of the answer meanwhile. If the answer ends while it waits, so does this.
  Call send(byte[] bytes, boolean end) throws IOException, InterruptedException {
    int sent = 0;
    do {
      while (bodyCredit == 0 && sent < bytes.length) {
        if (ended) {
          return this;
        }
        stepWithCredit();
      }
      int left = bytes.length - sent;
      int size = (int) Math.min(bodyCredit, Math.min(left, WorkerFrame.PAYLOAD_MAX));
      byte[] piece = Arrays.copyOfRange(bytes, sent, sent + size);
      sent += size;
      bodyCredit -= size;
      runtime.link().send(WorkerFrame.body(stream, piece, end && sent == bytes.length));
    } while (sent < bytes.length);
    return this;
  }

  Call send(String text, boolean end) throws IOException, InterruptedException {
    return send(text.getBytes(StandardCharsets.UTF_8), end);
  }

  Call credit(long bytes) throws IOException {
    runtime.link().send(WorkerFrame.credit(stream, bytes));
    uncredited = 0;
    return this;
  }

  Call cancel() throws IOException {
    runtime.link().send(WorkerFrame.cancel(stream));
    return this;
  }

  /// Takes frames, and gives credit for them, up to END.
  Call finish() throws IOException, InterruptedException {
    while (!ended) {
      stepWithCredit();
    }
    return this;
  }

  /// Takes frames without giving credit until so many bytes of the body are there.
  Call awaitBody(int size) throws InterruptedException {
    while (body.size() < size) {
      if (ended) {
        throw new AssertionError("%d of %d bytes: %s".formatted(body.size(), size, frames));
      }
      runtime.step();
    }
    return this;
  }

  /// Takes frames without giving credit, up to END.
  Call awaitEnd() throws InterruptedException {
    while (!ended) {
      runtime.step();
    }
    return this;
  }

  private void stepWithCredit() throws IOException, InterruptedException {
    runtime.step();
    if (uncredited > 0 && !ended) {
      credit(uncredited);
    }
  }

  List<RuntimeFrame> frames() {
    return List.copyOf(frames);
  }

  Head head() {
    return head.orElseThrow(() -> new AssertionError("there is no head: " + frames));
  }

  Failed failure() {
    return failure.orElseThrow(() -> new AssertionError("it did not fail: " + frames));
  }

  boolean failed() {
    return failure.isPresent();
  }

  boolean begun() {
    return head.isPresent();
  }

  byte[] body() {
    return body.toByteArray();
  }

  /// The answer's body as ISO-8859-1: a character for each byte.
  String text() {
    return body.toString(StandardCharsets.ISO_8859_1);
  }

  JsonNode json() {
    return Json.parse(body());
  }
}
