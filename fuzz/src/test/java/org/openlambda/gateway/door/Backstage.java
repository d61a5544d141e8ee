package org.openlambda.gateway.door;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Exit;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Invoker;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Phases;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.openlambda.core.invocation.Usage;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.api.Api;
import org.openlambda.gateway.api.WorkerReport;
import org.openlambda.gateway.limit.LogReaders;
import org.openlambda.gateway.router.Router;
import org.openlambda.gateway.router.Tallies;

/// The real router and API over a registry and a worker in memory: the name of a function says what
/// it does with its request. Remembers nothing from one input to the next. Safe for any thread.
final class Backstage implements Handler, Registry, Invoker, Journal, WorkerReport {
  private static final long LARGEST_BODY = 1000;
  private static final Usage USAGE =
      new Usage(
          Usage.Start.WARM,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Bytes.mebi(128),
          Duration.ZERO,
          Bytes.ZERO,
          new Phases(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofMillis(1)));

  private static final Code CODE = new Code(Path.of("/nowhere"), new Digest("a".repeat(64)));

  private final Router router;
  private final Api api;
  private final Runnable left;

  /// @param left called at the end of each request
  Backstage(Runnable left) {
    var tallies = new Tallies();
    router = new Router(this, this, this, Time.system(), tallies);
    var behind = new Api.Behind(this, this, Account.FIRST, this, new LogReaders());
    api = new Api(behind, tallies, Time.system());
    this.left = left;
  }

  @Override
  public void handle(Exchange exchange) {
    try {
      if (exchange.path().startsWith(Router.MOUNT)) {
        router.run(exchange);
      } else {
        api.serve(exchange);
      }
    } finally {
      left.run();
    }
  }

  @Override
  public boolean isLight(String path) {
    return true;
  }

  @Override
  public long bodyLimit(String authority, String method, String path) {
    return Api.isUpload(method, path) ? 2 * LARGEST_BODY : LARGEST_BODY;
  }

  @Override
  public Outcome invoke(Invocation invocation) {
    try {
      return run(invocation);
    } catch (IOException e) {
      return new Outcome.Lost("the stream broke");
    }
  }

  private static Outcome run(Invocation invocation) throws IOException {
    return switch (invocation.version().name().text()) {
      case "echo" -> returned(200, List.of(), all(invocation.request().body()));
      case "mirror" -> returned(201, invocation.request().headers(), new byte[0]);
      case "stream" -> stream(invocation);
      case "peek" -> returned(299, List.of(), first(invocation.request().body()));
      case "lost" -> new Outcome.Lost("it is lost");
      case "crash" -> new Outcome.Crashed(new Exit.Signal(9), USAGE);
      case "none" -> returned(204, List.of(), new byte[10]);
      default -> new Outcome.Threw("Error", "no", "Error: no\n", USAGE);
    };
  }

  private static Outcome stream(Invocation invocation) throws IOException {
    invocation.reply().start(200, invocation.request().headers());
    long sent = 0;
    invocation.reply().write(new byte[] {'a'});
    if (invocation.request().body() instanceof Body.Whole(byte[] bytes)) {
      invocation.reply().write(bytes);
      sent = bytes.length;
    } else if (invocation.request().body() instanceof Body.Arriving arriving) {
      for (byte[] piece = arriving.read(); piece.length > 0; piece = arriving.read()) {
        invocation.reply().write(piece);
        sent += piece.length;
      }
    }
    return new Outcome.Returned(new Payload.Streamed(200, List.of(), 1 + sent, true), USAGE);
  }

  private static Outcome returned(int status, List<Header> headers, byte[] body) {
    return new Outcome.Returned(new Payload.Whole(status, headers, body), USAGE);
  }

  private static byte[] first(Body body) throws IOException {
    return switch (body) {
      case Body.Whole(byte[] bytes) -> bytes;
      case Body.Arriving arriving -> arriving.read();
    };
  }

  private static byte[] all(Body body) throws IOException {
    if (body instanceof Body.Whole(byte[] bytes)) {
      return bytes;
    }
    var all = new ByteArrayOutputStream();
    var arriving = (Body.Arriving) body;
    for (byte[] piece = arriving.read(); piece.length > 0; piece = arriving.read()) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }

  // The registry.

  @Override
  public Lookup find(FunctionName name) {
    return switch (name.text()) {
      case "broken" -> new Lookup.Broken(name, List.of("ol.yaml: no"));
      case "absent" -> new Lookup.Unknown(name);
      default -> new Lookup.Found(Version.latest(name, CODE, FunctionConfig.DEFAULT));
    };
  }

  @Override
  public List<FunctionName> names() {
    return List.of(new FunctionName("echo"));
  }

  @Override
  public void install(FunctionName name, InputStream archive) throws BadBundle, IOException {
    if (archive.readAllBytes().length % 2 == 1) {
      throw new BadBundle(List.of("it is odd"));
    }
  }

  @Override
  public boolean remove(FunctionName name) {
    return !name.text().equals("absent");
  }

  // The journal and the report.

  @Override
  public void line(LogLine line) {}

  @Override
  public void ended(Entry entry) {}

  @Override
  public Optional<Entry> find(RequestId id) {
    return Optional.empty();
  }

  @Override
  public List<LogLine> lines(RequestId id) {
    return List.of();
  }

  @Override
  public List<LogLine> recent(Selection selection, int limit) {
    var echo = new FunctionId(Account.FIRST, new FunctionName("echo"));
    return List.of(new LogLine(RequestId.random(), echo, Instant.EPOCH, "a line"));
  }

  @Override
  public Listening listen(Consumer<Entry> entries, Consumer<LogLine> lines) {
    return () -> {};
  }

  @Override
  public Map<String, Long> counters() {
    return Map.of("Create().cnt", 3L);
  }

  @Override
  public List<String> sandboxes() {
    return List.of("sandbox 1: hello, frozen");
  }

  @Override
  public List<Gauge> gauges() {
    return List.of();
  }

  @Override
  public List<Part> parts() {
    return List.of();
  }
}
