package org.openlambda.bench.up;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.openlambda.bench.load.Load;
import org.openlambda.bench.load.Recorder;
import org.openlambda.bench.machine.ServerProcess;
import org.openlambda.bench.machine.Spender;
import org.openlambda.bench.machine.Workspace;
import org.openlambda.bench.up.SignedCalls.Call;
import org.openlambda.core.invocation.Header;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `ol up` as a measurement uses it: with as many requests of everybody as they like, and functions
/// without a network, as those of `ol dev` have none. Safe for any thread.
public final class UpServer implements AutoCloseable, Spender {
  private static final String KEY_ID = "AWS_ACCESS_KEY_ID";
  private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
  private static final String FIRST_ACCOUNT = "123456789012";
  private static final String FUNCTIONS = "/2015-03-31/functions";

  /// The most that can be configured.
  private static final String UNLIMITED = "1000000";

  private static final String HALF_OF_THAT = "500000";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Requests that make functions, at once.
  private static final int MAKERS = 8;

  private final ServerProcess process;
  private final Tenant first;
  private final Path data;

  /// Functions made so far: no two have the same code.
  private final AtomicInteger made = new AtomicInteger();

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private UpServer(ServerProcess process, Tenant first, Path data) {
    this.process = process;
    this.first = first;
    this.data = data;
  }

  /// Starts one on a folder that no server used before, and waits until it serves.
  ///
  /// @param ol the command that starts `ol`
  public static UpServer start(List<String> ol, Path data, List<String> options)
      throws IOException {
    var all = new ArrayList<>(List.of("--network", "none", "--account-calls", UNLIMITED));
    all.addAll(List.of("--key-requests", HALF_OF_THAT)); // twice as many may come at once
    all.addAll(options);
    ServerProcess process = ServerProcess.up(ol, data, 0, all);
    Map<String, String> shown = process.exports();
    var key = new Key(shown.getOrDefault(KEY_ID, ""), shown.getOrDefault(SECRET, ""));
    return new UpServer(process, new Tenant(FIRST_ACCOUNT, key), data);
  }

  public InetSocketAddress address() {
    return process.address();
  }

  String host() {
    return "127.0.0.1:" + process.address().getPort();
  }

  /// The account that there is from the start.
  public Tenant first() {
    return first;
  }

  /// Makes another account.
  public Tenant account(String name) throws IOException, InterruptedException {
    JsonNode made =
        granted(send(first.key(), "POST", "/api/v1/accounts", Map.of("name", name)), 201);
    JsonNode key = made.path("key");
    return new Tenant(
        made.path("id").asString(),
        new Key(key.path("id").asString(), key.path("secret").asString()));
  }

  /// Makes functions by `CreateFunction`, of the handler that all measurements have, no two with
  /// the same code, eight at once.
  ///
  /// @return how long each took
  public Load create(List<Call> functions) throws IOException, InterruptedException {
    long start = System.nanoTime();
    var next = new AtomicInteger();
    var recorder = new Recorder(start, Long.MAX_VALUE / 2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var makers = new ArrayList<Future<?>>();
      for (int i = 0; i < MAKERS; i++) {
        makers.add(
            threads.submit(() -> {
              for (int n = next.getAndIncrement();
                  n < functions.size();
                  n = next.getAndIncrement()) {
                long from = System.nanoTime();
                create(functions.get(n), made.getAndIncrement());
                synchronized (recorder) {
                  recorder.answered(from, System.nanoTime(), 201, true);
                }
              }
              return null;
            }));
      }
      for (Future<?> maker : makers) {
        maker.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("functions cannot be made: " + e.getCause(), e);
    }
    return recorder.toLoad(true);
  }

  private void create(Call call, int n) throws IOException, InterruptedException {
    granted(send(call.tenant().key(), "POST", FUNCTIONS, wish(call, n)), 201);
  }

  /// Asks for a function.
  ///
  /// @param n makes its code its own
  /// @return whatever is answered
  public HttpResponse<String> tryToCreate(Call call, int n)
      throws IOException, InterruptedException {
    return send(call.tenant().key(), "POST", FUNCTIONS, wish(call, n));
  }

  private static Map<String, Object> wish(Call call, int n) throws IOException {
    var wish = new LinkedHashMap<String, Object>();
    wish.put("FunctionName", call.function());
    wish.put("Runtime", "python3.11");
    wish.put("Handler", "f.f");
    wish.put("Role", "arn:aws:iam::" + call.tenant().account() + ":role/any");
    wish.put("Code", Map.of("ZipFile", Base64.getEncoder().encodeToString(archive(n))));
    return wish;
  }

  /// What [Workspace#awsFunction] writes into a folder.
  private static byte[] archive(int n) throws IOException {
    String code = "# " + n + "\n" + Workspace.AWS_HANDLER;
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("f.py"));
      zip.write(code.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private HttpResponse<String> send(Key key, String method, String path, Map<String, Object> wish)
      throws IOException, InterruptedException {
    byte[] body = wish.isEmpty() ? new byte[0] : JsonMapper.shared().writeValueAsBytes(wish);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + host() + path))
            .timeout(PATIENCE)
            .method(method, BodyPublishers.ofByteArray(body));
    for (Header header : key.sign(method, path, host(), body, Instant.now())) {
      request.header(header.name(), header.value());
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }

  private static JsonNode granted(HttpResponse<String> answer, int status) throws IOException {
    if (answer.statusCode() != status) {
      throw new IOException(
          "%s was answered %d: %s".formatted(answer.uri(), answer.statusCode(), answer.body()));
    }
    return JsonMapper.shared().readTree(answer.body());
  }

  /// How many files of code are on its worker, compiled ones included.
  public long fetched() throws IOException {
    try (var files = Files.walk(data.resolve("node/worker/bundles"))) {
      return files.filter(file -> file.getFileName().toString().contains(".py")).count();
    } catch (UncheckedIOException e) {
      return -1; // one was being renamed just then
    }
  }

  @Override
  public Map<String, Long> cpuMicros() {
    return process.cpuMicros();
  }

  @Override
  public long compilerMicros() {
    return process.compilerMicros();
  }

  /// Ends it as Ctrl-C does.
  @Override
  public void close() {
    client.close();
    process.close();
  }
}
