package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.time.Patience;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.Worker;
import org.openlambda.worker.WorkerConfig;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// A real worker, the functions that attack it, and a bystander on the host.
final class Stage implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path ATTACKS = Path.of("src/test/resources/hostile/attacks");
  private static final int MOST_LINES = 1_000;

  private final Path folder;
  private final Worker worker;
  private final Bystander bystander;

  /// The launchers' pids when the first attack was made: none may have been replaced since.
  private List<Integer> zygotes = List.of();

  /// The last lines printed in sandboxes; older ones are dropped.
  private final Queue<LogLine> lines = new ConcurrentLinkedQueue<>();

  private final AtomicLong printed = new AtomicLong();

  /// @param folder an empty one; the worker's state and the canaries go there
  Stage(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("canary"), "canary");
    Path home = Path.of(System.getProperty("openlambda.home"));
    var config = WorkerConfig.defaults(home, folder.resolve("state"), Bytes.mebi(4096));
    bystander = new Bystander();
    try {
      worker = Worker.open(config, this::keep, Time.system());
    } catch (IOException | RuntimeException e) {
      bystander.close();
      throw e;
    }
  }

  private void keep(LogLine line) {
    printed.incrementAndGet();
    lines.add(line);
    if (lines.size() > MOST_LINES) {
      lines.poll();
    }
  }

  Worker worker() {
    return worker;
  }

  Bystander bystander() {
    return bystander;
  }

  /// A file of the host that no sandbox may see.
  Path canary() {
    return folder.resolve("canary");
  }

  /// Lines printed in sandboxes since the start.
  long printedLines() {
    return printed.get();
  }

  List<LogLine> lastLines() {
    return List.copyOf(lines);
  }

  /// A function of all attacks, whose sandboxes serve one call each.
  static Version attacker() throws IOException {
    return version("attacker", ATTACKS, usual(), false);
  }

  /// The same with other limits.
  static Version attacker(Limits limits) throws IOException {
    return version("attacker", ATTACKS, limits, false);
  }

  /// The same whose sandboxes serve one call after another.
  static Version lasting(String name) throws IOException {
    return version(name, ATTACKS, usual(), true);
  }

  /// The usual limits; on a slow machine an attack has the time to be made all the same.
  private static Limits usual() {
    return limits(Patience.of(Limits.DEFAULT.timeout()), Limits.DEFAULT.memory());
  }

  /// The usual limits but for time and memory.
  static Limits limits(Duration timeout, Bytes memory) {
    Limits usual = Limits.DEFAULT;
    return new Limits(
        memory, timeout, usual.processes(), usual.cpus(), usual.tmp(), usual.network());
  }

  static Version version(String name, Path code, Limits limits, boolean reuse) throws IOException {
    Path absolute = code.toAbsolutePath();
    var content = FolderScan.of(absolute, BundleBounds.DEFAULT, Map.of(), (path, relative) -> {});
    var config = new FunctionConfig(new Entry.OpenLambda(), Map.of(), List.of("*"), limits, reuse);
    return Version.latest(new FunctionName(name), new Code(absolute, content.digest()), config);
  }

  /// Calls a function and waits.
  Outcome call(Version version, Object event) {
    return call(version, event, Reply.discarding());
  }

  Outcome call(Version version, Object event, Reply reply) {
    var request =
        new Request(
            "POST",
            "/run/" + version.name(),
            "",
            "",
            List.of(),
            new Body.Whole(JSON.writeValueAsBytes(event)),
            "127.0.0.1:1",
            "http");
    return worker.invoke(
        new Invocation(
            RequestId.random(), version, request, reply, System.nanoTime(), Optional.empty()));
  }

  /// What a call of an attack returned.
  ///
  /// @throws AssertionError if it did not return
  JsonNode answer(Version version, Object event) {
    return answer(call(version, event));
  }

  static JsonNode answer(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Returned.class);
    assertThat(((Outcome.Returned) outcome).body()).isInstanceOf(Payload.Whole.class);
    return JSON.readTree(((Payload.Whole) ((Outcome.Returned) outcome).body()).body());
  }

  /// Runs an attack that notes what it won, in a handler and in a program that one executes; see
  /// [Attack#inside].
  String attempts(String function) throws Exception {
    return attempts(function, Map.of());
  }

  /// @param more of the event, beside what every attack is told of the host
  String attempts(String function, Map<String, ?> more) throws Exception {
    var event = new HashMap<String, Object>(knowledge());
    event.put("attack", function);
    event.putAll(more);
    JsonNode byHandler = judge(function, event);
    event.put("afresh", true);
    JsonNode byProgram = judge(function, event);
    assertUnharmed();
    return refusals(List.of(byHandler, byProgram));
  }

  /// Runs an attack in a sandbox of its own, and returns what was refused.
  private JsonNode judge(String function, Map<String, ?> event) throws IOException {
    JsonNode answer = answer(attacker(), event);
    assertThat(answer.get("won").toString()).as(function + " won").isEqualTo("[]");
    assertThat(answer.get("refused").size()).as("attempts of " + function).isPositive();
    return answer.get("refused");
  }

  /// What an attacker may know of the host: numbers and names, as if all had leaked.
  private Map<String, Object> knowledge() {
    return Map.of(
        "paths", List.of(canary().toString(), folder.toString()),
        "pids", List.of(bystander.pid(), ProcessHandle.current().pid()),
        "port", bystander.port(),
        "abstract", bystander.abstractName(),
        "patience", Patience.ofSeconds(20));
  }

  private static String refusals(List<JsonNode> refused) {
    var counts = new TreeMap<String, Integer>();
    refused.forEach(one -> one.forEach(how -> counts.merge(how.asString(), 1, Integer::sum)));
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + "× " + entry.getKey())
        .reduce((a, b) -> a + ", " + b)
        .orElse("");
  }

  /// Nothing on the host has changed, and a next call is served.
  void assertUnharmed() throws IOException {
    assertThat(Files.readString(canary())).isEqualTo("canary");
    assertThat(bystander.noticed()).as("what the bystander noticed").isEqualTo("[]");
    assertServes();
    if (zygotes.isEmpty()) {
      zygotes = worker.zygotes();
    }
    assertThat(worker.zygotes()).as("launchers of the zygotes").isEqualTo(zygotes);
  }

  /// A call of another function is answered.
  void assertServes() throws IOException {
    JsonNode answer = answer(lasting("neighbour"), Map.of("attack", "neighbours.echo", "say", 7));
    assertThat(answer.asInt()).isEqualTo(7);
  }

  @Override
  public void close() throws IOException {
    try {
      worker.close();
    } finally {
      bystander.close();
    }
    assertThat(new String(Files.readAllBytes(canary()), StandardCharsets.UTF_8))
        .isEqualTo("canary");
  }
}
