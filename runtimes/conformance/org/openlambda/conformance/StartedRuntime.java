package org.openlambda.conformance;

import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/// One process of a runtime, with its link and its log. For one thread.
final class StartedRuntime implements AutoCloseable {
  private static final int PROMPTLY_SECONDS = 5;
  private static final byte[] NOTHING = new byte[0];

  private final Path bundle;
  private final Process process;
  private final Link link;
  private final StringBuilder log = new StringBuilder();
  private final Map<Integer, Call> calls = new HashMap<>();
  private int lastStream;

  private StartedRuntime(Path bundle, Process process, Link link) {
    this.bundle = bundle;
    this.process = process;
    this.link = link;
  }

  /// Starts the process; returns when its link is there. Nothing was sent or received yet.
  static StartedRuntime start(RuntimeUnderTest runtime, Path bundle) throws IOException {
    Path folder = Files.createTempDirectory("link");
    Path socket = folder.resolve("link");
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));
      var builder =
          new ProcessBuilder(runtime.connected(socket))
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
      Map<String, String> environment = builder.environment();
      environment.clear();
      environment.putAll(Map.of("PATH", System.getenv("PATH"), "OWN", "runtime", "BOTH", "mine"));
      Process process = builder.start();
      return new StartedRuntime(bundle, process, new Link(server.accept()));
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(folder);
    }
  }

  Link link() {
    return link;
  }

  /// What SPECIALISE says of the bundle, for tests to change.
  Map<String, Object> specialisation() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("function", "hello");
    members.put("version", "1f2e");
    members.put("bundle", bundle.toString());
    members.put("entry", Map.of("kind", "openlambda"));
    members.put("environment", Map.of());
    members.put("memory_bytes", 134_217_728);
    members.put("timeout_ms", 30_000);
    return members;
  }

  StartedRuntime specialise() throws IOException {
    return specialise(Map.of());
  }

  /// @param changes members to add or to replace
  StartedRuntime specialise(Map<String, ?> changes) throws IOException {
    Map<String, Object> members = specialisation();
    members.putAll(changes);
    link.send(WorkerFrame.specialise(members));
    return this;
  }

  static Map<String, Object> requestHead() {
    Map<String, Object> head = new LinkedHashMap<>();
    head.put("id", "request-1");
    head.put("method", "POST");
    head.put("mount", "/run/hello");
    head.put("path", "");
    head.put("query", "");
    head.put("headers", List.of());
    head.put("scheme", "http");
    head.put("peer", "127.0.0.1:52100");
    head.put("deadline_ms", 30_000);
    return head;
  }

  /// The frame of a request that is not sent yet, for [#sent(WorkerFrame)].
  WorkerFrame request(byte[] head, byte[] body, boolean end) {
    return WorkerFrame.request(++lastStream, head, body, end);
  }

  WorkerFrame request(String body, boolean end) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return request(Json.bytes(requestHead()), bytes, end);
  }

  /// The call that this request begins.
  Call sent(WorkerFrame request) {
    Call call = new Call(this, request.stream(), request.bodySize());
    calls.put(call.stream(), call);
    return call;
  }

  /// Sends a request whose body is complete.
  Call open(String body) throws IOException {
    WorkerFrame request = request(body, true);
    link.send(request);
    return sent(request);
  }

  /// Sends a request whose body is complete. `event` is made JSON.
  Call open(Map<String, ?> event) throws IOException {
    return open(Json.text(event));
  }

  /// Sends a request whose body will follow.
  Call begin() throws IOException {
    return begin(requestHead());
  }

  Call begin(Map<String, ?> head) throws IOException {
    WorkerFrame request = request(Json.bytes(head), NOTHING, false);
    link.send(request);
    return sent(request);
  }

  /// Sends a request with this body, and takes its answer.
  Call call(byte[] body) throws IOException, InterruptedException {
    return begin().send(body, true).finish();
  }

  Call call(String body) throws IOException, InterruptedException {
    return open(body).finish();
  }

  Call call(Map<String, ?> event) throws IOException, InterruptedException {
    return open(event).finish();
  }

  /// Takes the next frame, and hands it to its call. Blocks.
  ///
  /// @throws AssertionError if the link has ended
  RuntimeFrame step() throws InterruptedException {
    RuntimeFrame frame = link.next().orElseThrow(this::linkEnded);
    Optional.ofNullable(calls.get(frame.stream())).ifPresent(call -> call.take(frame));
    return frame;
  }

  private AssertionError linkEnded() {
    OptionalInt status = awaitExit();
    return new AssertionError("the runtime left, status " + status + ", log: " + logSoFar());
  }

  /// What can be read from the log now.
  String logSoFar() {
    try {
      var stream = process.getInputStream();
      for (int size = stream.available(); size > 0; size = stream.available()) {
        log.append(new String(stream.readNBytes(size), StandardCharsets.UTF_8));
      }
      return log.toString();
    } catch (IOException broken) {
      throw new AssertionError("cannot read the log of " + process, broken);
    }
  }

  /// The exit status, empty if the process does not end promptly. Blocks up to five seconds.
  OptionalInt awaitExit() {
    try {
      return process.waitFor(PROMPTLY_SECONDS, TimeUnit.SECONDS)
          ? OptionalInt.of(process.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  /// Closes the link.
  ///
  /// @throws AssertionError if that does not end the process (R9)
  @Override
  public void close() throws IOException {
    link.close();
    boolean ended = awaitExit().isPresent();
    process.destroyForcibly();
    if (!ended) {
      throw new AssertionError("R9: the process outlives its link by " + PROMPTLY_SECONDS + " s");
    }
  }
}
