package org.openlambda.tests;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.openlambda.core.time.Patience;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A caller of one server, over HTTP/1.1 with connections that are kept. Safe for any thread.
public final class Http implements AutoCloseable {
  private static final Duration PATIENCE = Patience.of(Duration.ofSeconds(60));

  private final URI server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Http(URI server) {
    this.server = server;
  }

  /// An answer that is all here.
  ///
  /// @param id of the invocation: `x-request-id`
  public record Answer(int status, String body, String type, String id) {
    public JsonNode json() {
      return JsonMapper.shared().readTree(body);
    }

    private static Answer of(HttpResponse<String> response) {
      var headers = response.headers();
      return new Answer(
          response.statusCode(),
          response.body(),
          headers.firstValue("content-type").orElse(""),
          headers.firstValue("x-request-id").orElse(""));
    }
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path)).timeout(PATIENCE);
  }

  public Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return Answer.of(client.send(request.build(), BodyHandlers.ofString()));
  }

  public Answer get(String path) throws IOException, InterruptedException {
    return send(request(path).GET());
  }

  public Answer post(String path, String body) throws IOException, InterruptedException {
    return send(request(path).POST(BodyPublishers.ofString(body)));
  }

  /// Calls a function with a JSON document.
  public Answer call(String function, String event) throws IOException, InterruptedException {
    return post("/run/" + function, event);
  }

  /// Begins an answer whose body is read as it comes.
  public HttpResponse<InputStream> open(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), BodyHandlers.ofInputStream());
  }

  /// Begins a call; cancelling the future closes the connection.
  public CompletableFuture<HttpResponse<String>> begin(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  /// What the server remembers of an invocation: what `ol why` shows.
  public JsonNode why(String id) throws IOException, InterruptedException {
    return get("/api/v1/invocations/" + id).json();
  }

  /// Closes its connections, after the answers that are awaited.
  @Override
  public void close() {
    client.close();
  }
}
