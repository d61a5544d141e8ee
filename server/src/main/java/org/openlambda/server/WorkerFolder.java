package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.function.Limits;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.GatewayConfig;
import org.openlambda.worker.sandbox.Isolation;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The folder of an OpenLambda worker:
///
///     config.json    what `ol worker init` wrote and people may change
///     registry/      functions: folders, or NAME.tar.gz
///     worker/        the worker's own
///     worker.pid     while it runs
///
/// Of OpenLambda's `config.json` these keys mean something here: `registry`, `worker_port`,
/// `mem_pool_mb`, `limits.procs`, `limits.mem_mb`, `limits.cpu_percent`, `limits.runtime_sec`;
/// others are read over, as its scripts write them. Ours are `keep_alive` (`auto`, or a time such
/// as `10m`), `eviction` (`greedy-dual` or `lru`) and `low_latency`; options of `ol worker up` go
/// before them.
record WorkerFolder(Path folder, JsonNode config) {
  private static final int DEFAULT_PORT = 5000;

  /// Makes a folder; one that is there already is not touched.
  static void create(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    if (Files.exists(file)) {
      throw new IOException(folder + " is a worker's folder already");
    }
    Files.createDirectories(folder.resolve("registry"));
    JsonMapper mapper = JsonMapper.builder().build();
    ObjectNode config = mapper.createObjectNode();
    config.put("registry", folder.toAbsolutePath().resolve("registry").toString());
    config.put("worker_port", Integer.toString(DEFAULT_PORT));
    config.put("mem_pool_mb", Machine.memory().inMebi() / 4 * 3);
    config.put("keep_alive", KeepingOptions.KEEP_ALIVE);
    config.put("eviction", KeepingOptions.EVICTION);
    ObjectNode limits = config.putObject("limits");
    limits.put("procs", Limits.DEFAULT.processes());
    limits.put("mem_mb", Limits.DEFAULT.memory().inMebi());
    limits.put("cpu_percent", Math.round(Limits.DEFAULT.cpus() * 100));
    limits.put("runtime_sec", Limits.DEFAULT.timeout().toSeconds());
    Files.writeString(file, mapper.writerWithDefaultPrettyPrinter().writeValueAsString(config));
  }

  /// @throws IOException if it is no worker's folder, or its configuration cannot be read
  static WorkerFolder open(Path folder) throws IOException {
    Path file = folder.resolve("config.json");
    try {
      JsonNode config = JsonMapper.builder().build().readTree(Files.readString(file));
      return new WorkerFolder(folder.toRealPath(), config);
    } catch (NoSuchFileException e) {
      throw new IOException(
          folder + " is no worker's folder: make one with ol worker init -p " + folder, e);
    } catch (JacksonException e) {
      throw new IOException(file + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  /// What a node is told that serves this folder.
  Settings settings(KeepingOptions keeping) throws IOException {
    Path registry =
        Files.createDirectories(Path.of(text("registry", folder.resolve("registry").toString())));
    Path own = folder.resolve("worker");
    return new Settings(
        Installation.home(),
        own,
        new Settings.Served.Folders(List.of(registry), registry, limits()),
        Bytes.mebi(config.path("mem_pool_mb").asLong(Machine.memory().inMebi() / 4 * 3)),
        keeping.keepAlive(text("keep_alive", KeepingOptions.KEEP_ALIVE)),
        keeping.eviction(text("eviction", KeepingOptions.EVICTION)),
        GatewayConfig.onLoopback(port()),
        config.path("low_latency").asBoolean(false),
        Tuning.NONE,
        Isolation.SANDBOX);
  }

  private int port() throws IOException {
    String port = text("worker_port", Integer.toString(DEFAULT_PORT));
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IOException("worker_port in config.json is no port: " + port);
    }
    return Integer.parseInt(port);
  }

  private String text(String key, String otherwise) {
    JsonNode value = config.path(key);
    return value.isMissingNode() ? otherwise : value.asString();
  }

  private Limits limits() {
    JsonNode set = config.path("limits");
    Limits base = Limits.DEFAULT;
    return new Limits(
        Bytes.mebi(set.path("mem_mb").asLong(base.memory().inMebi())),
        Duration.ofSeconds(set.path("runtime_sec").asLong(base.timeout().toSeconds())),
        set.path("procs").asInt(base.processes()),
        set.path("cpu_percent").asDouble(base.cpus() * 100) / 100,
        base.tmp(),
        base.network());
  }

  void writePid(long pid) throws IOException {
    Files.writeString(folder.resolve("worker.pid"), Long.toString(pid));
  }

  void removePid() throws IOException {
    Files.deleteIfExists(folder.resolve("worker.pid"));
  }

  /// The pid of the worker that runs, if one does.
  Optional<Long> pid() throws IOException {
    Path file = folder.resolve("worker.pid");
    return Files.exists(file)
        ? Optional.of(Long.parseLong(Files.readString(file).strip()))
        : Optional.empty();
  }
}
