package org.openlambda.gateway.door;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.thread.Readiness;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One request and its answer, in direct style. The answer is either given at once by [#answer], or
/// begun by [#begin], sent in pieces by [#send] and ended by [#end] or [#abort].
///
/// For the one virtual thread that handles it, except what says otherwise. Nothing here blocks but
/// [#send] and reading the [#body].
public final class Exchange implements Runnable {
  /// Bytes of an answer that may wait for the socket before [#send] blocks.
  static final int UNSENT = 64 * 1024;

  /// Answers larger than this are sent in pieces.
  private static final int LARGE = 256 * 1024;

  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  private enum State {
    // FRESH -> BEGUN -> ENDED, or FRESH -> ENDED
    FRESH,
    BEGUN,
    ENDED
  }

  private final Conversation conversation;
  private final Head head;
  private final RequestId id = RequestId.random();
  private final long receivedNanos;
  private final ArrivingBody body;

  // The event loop's.
  private @Nullable Problem refusal;
  private boolean keepAlive = true;
  private boolean http10;
  private boolean invited;

  // Guarded by this.
  private State state = State.FRESH;
  private boolean gone;
  private boolean endless;
  private long unsent;
  private @Nullable Runnable whenGone;

  // Of an answer under way; the handler's thread.
  /// What its Content-Length still promises, or -1.
  private long promised = -1;

  /// Whether HTTP has no body for it, whatever is sent.
  private boolean silent;

  /// What [#wholeBody] has read.
  private Body.@Nullable Whole whole;

  Exchange(Conversation conversation, Head head, ArrivingBody body, long receivedNanos) {
    this.conversation = conversation;
    this.head = head;
    this.body = body;
    this.receivedNanos = receivedNanos;
  }

  /// Names this request in its answer and everywhere else.
  public RequestId id() {
    return id;
  }

  /// The host as the caller names it; empty if it does not.
  public String authority() {
    return head.authority == null ? "" : head.authority;
  }

  /// In upper case, as HTTP methods are.
  public String method() {
    return head.method;
  }

  /// Starts with `/`; percent-encoded, without the query.
  public String path() {
    return head.path;
  }

  /// What follows `?`, percent-encoded; empty if there was none.
  public String query() {
    return head.query;
  }

  /// All fields but those that concern the connection only.
  public List<Header> headers() {
    return head.headers;
  }

  /// The first field of this name.
  public Optional<String> header(String name) {
    return Optional.ofNullable(head.field(name));
  }

  /// Whole if it had arrived when the request was handed over, or was read by [#wholeBody];
  /// arriving otherwise.
  public Body body() {
    Body known = whole;
    return known == null ? body.asBody() : known;
  }

  /// All of the body; [#body] is whole from then on. Blocks until it has arrived, `most` at the
  /// most.
  ///
  /// @throws Body.TooLarge if it grew beyond the door's limit
  /// @throws SocketTimeoutException if it did not arrive in time
  /// @throws IOException if the caller went away
  public byte[] wholeBody(Duration most) throws IOException {
    if (body() instanceof Body.Arriving) {
      whole = new Body.Whole(body.readAll(most));
    }
    return ((Body.Whole) body()).bytes();
  }

  /// What was wrong with the body as far as it came; empty if nothing was.
  public Optional<Problem> bodyFault() {
    return body.fault();
  }

  /// The caller's address: `127.0.0.1:52100`.
  public String peer() {
    return conversation.peer();
  }

  /// `http` or `https`.
  public String scheme() {
    return conversation.door().scheme();
  }

  /// Where the thread that handles this waits for descriptors, if its event loop can watch them.
  public Optional<Readiness> readiness() {
    return conversation.readiness();
  }

  /// When the head had been read, on the monotonic clock.
  public long receivedNanos() {
    return receivedNanos;
  }

  /// Whether the caller reads trailers at the end of a streamed answer.
  public boolean takesTrailers() {
    return head.takesTrailers || conversation.isMultiplexed();
  }

  /// Whether `authority` (of an `Origin`, for instance) is a name of this door.
  public boolean isOwnHost(String authority) {
    return conversation.door().gate().isOwnHost(authority);
  }

  /// Answers at once; an answer to a caller that is gone is dropped. `x-request-id` and the length
  /// are added here. Blocks like [#send] if the body is larger than 256 KiB: what a slow caller has
  /// not taken yet waits here and not in the socket's buffers.
  ///
  /// @param headers checked by [AnswerFields#firstInvalid]
  /// @param bytes the body, not copied; left out where HTTP has none (HEAD, 204, 304)
  public void answer(int status, List<Header> headers, byte[] bytes) {
    if (bytes.length > LARGE && hasContent() && !AnswerFields.hasNoBody(status)) {
      answerInPieces(status, headers, bytes);
      return;
    }
    move(State.FRESH, State.ENDED);
    conversation.answer(this, AnswerFields.whole(this, status, headers, bytes));
  }

  private void answerInPieces(int status, List<Header> headers, byte[] bytes) {
    var fields = new ArrayList<Header>(headers.size() + 1);
    fields.add(new Header("content-length", Integer.toString(bytes.length)));
    fields.addAll(headers);
    try {
      begin(status, fields, "");
      for (int at = 0; at < bytes.length; at += UNSENT) {
        send(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + UNSENT)));
      }
      end(List.of());
    } catch (IOException gone) {
      log.debug("request {}: {}", id, gone.getMessage());
      abort();
    }
  }

  /// Answers with a problem.
  public void answer(Problem problem) {
    answer(problem.status(), problem.fields(), problem.body(id));
  }

  /// Begins an answer whose end is not known yet; the head is sent at once.
  ///
  /// @param headers checked by [AnswerFields#firstInvalid]; a Content-Length among them is a
  ///   promise that [#send] and [#end] hold
  /// @param trailers names of the fields that [#end] will send; empty if none
  /// @throws IOException if the caller is gone
  public void begin(int status, List<Header> headers, String trailers) throws IOException {
    move(State.FRESH, State.BEGUN);
    silent = !hasContent() || AnswerFields.hasNoBody(status);
    promised = silent ? -1 : AnswerFields.contentLength(headers);
    synchronized (this) {
      endless = !silent && promised < 0;
    }
    throwIfGone();
    conversation.begin(this, AnswerFields.streamed(this, status, headers, trailers));
  }

  /// Sends a piece, which is not copied and must not change. Blocks while more than 64 KiB wait for
  /// the caller to take them.
  ///
  /// @throws IOException if the caller is gone, or the answer promised to be shorter
  public void send(byte[] piece) throws IOException {
    if (piece.length == 0 || silent) {
      return;
    }
    if (promised >= 0) {
      promised -= piece.length;
      if (promised < 0) {
        abort();
        throw new IOException("the answer is longer than its Content-Length; it was aborted");
      }
    }
    awaitRoom(piece.length);
    conversation.send(this, piece);
  }

  /// Ends what [#begin] began. An answer that is shorter than it promised is aborted instead; one
  /// that was aborted stays so.
  public void end(List<Header> trailers) {
    if (promised > 0) {
      abort();
    } else if (isOpen()) {
      move(State.BEGUN, State.ENDED);
      conversation.end(this, trailers);
    }
  }

  /// Breaks the answer off so that the caller sees it is not complete. Harmless after the end.
  public void abort() {
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      state = State.ENDED;
    }
    conversation.abort(this);
  }

  /// Whether the answer has been begun, or given.
  public synchronized boolean isAnswered() {
    return state != State.FRESH;
  }

  /// Runs `action` once when the caller goes away after [#begin] and before the end, at once if it
  /// already has. It runs on an event loop and must not block.
  public void whenGone(Runnable action) {
    synchronized (this) {
      if (!gone || state != State.BEGUN) {
        whenGone = action;
        return;
      }
    }
    action.run();
  }

  @Override
  public void run() {
    try {
      conversation.door().handler().handle(this);
      if (isOpen()) {
        throw new IllegalStateException("request " + id + " was handled without being answered");
      }
    } catch (RuntimeException | Error bug) {
      log.error("request {} hit a bug; it is answered 500 or broken off", id, bug);
      answerBug();
    } finally {
      conversation.left();
    }
  }

  private void answerBug() {
    if (isAnswered()) {
      abort();
      return;
    }
    answer(Door.BUG);
  }

  /// Whether the answer has a body: HEAD and some statuses have none.
  boolean hasContent() {
    return !head.method.equals("HEAD");
  }

  /// The problem that the door found, if the request must not come in. On the event loop.
  @Nullable Problem refusal() {
    return refusal;
  }

  /// Keeps the request out; before it is handled only. On the event loop.
  void refuse(Problem problem) {
    refusal = problem;
  }

  void keepAlive(boolean wished) {
    keepAlive = wished;
  }

  boolean isKeepAlive() {
    return keepAlive && refusal == null;
  }

  void http10(boolean is) {
    http10 = is;
  }

  boolean isHttp10() {
    return http10;
  }

  /// Whether the caller waits for `100 Continue` before it sends the body; true once.
  boolean invites() {
    boolean waits = head.expect != null && !invited;
    invited = true;
    return waits;
  }

  ArrivingBody arriving() {
    return body;
  }

  /// The caller is gone. On the event loop.
  void gone() {
    Runnable action;
    synchronized (this) {
      if (gone) {
        return;
      }
      gone = true;
      notifyAll();
      action = state == State.BEGUN ? whenGone : null;
    }
    if (action != null) {
      action.run();
    }
  }

  /// The socket took a piece, or failed to. On the event loop.
  synchronized void sent(int bytes) {
    unsent -= bytes;
    if (unsent <= UNSENT) {
      notifyAll();
    }
  }

  /// Whether an answer is under way whose end nobody knows.
  synchronized boolean isStreaming() {
    return state == State.BEGUN && endless;
  }

  private synchronized boolean isOpen() {
    return state != State.ENDED;
  }

  private synchronized void awaitRoom(int bytes) throws IOException {
    try {
      while (unsent > UNSENT && !gone) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the caller was slow to take the answer", e);
    }
    throwIfGone();
    unsent += bytes;
  }

  private synchronized void throwIfGone() throws IOException {
    if (gone) {
      throw new IOException("the caller of request " + id + " went away");
    }
  }

  private synchronized void move(State from, State to) {
    if (state != from) {
      throw new IllegalStateException("request " + id + " is " + state + ", not " + from);
    }
    state = to;
  }
}
