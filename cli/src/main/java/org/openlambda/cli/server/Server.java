package org.openlambda.cli.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Progress;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A server at an address. For one thread.
public final class Server {
  /// The most of an error's body that is read, in bytes.
  private static final int ERROR_BYTES = 64 * 1024;

  private static final byte[] NO_BODY = {};

  private final String address;
  private final UnaryOperator<HttpRequest> identified;

  /// Where large uploads are shown, if they are.
  private final Optional<Output> watcher;

  private Server(String address, UnaryOperator<HttpRequest> identified, Optional<Output> watcher) {
    this.address = address;
    this.identified = identified;
    this.watcher = watcher;
  }

  /// @param address `http://127.0.0.1:5000`, or without the scheme
  /// @throws IllegalArgumentException if it is no address, in one sentence
  public static Server at(String address) {
    String full = address.contains("://") ? address : "http://" + address;
    try {
      URI uri = new URI(full);
      String scheme = String.valueOf(uri.getScheme());
      if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
        throw new IllegalArgumentException(notAnAddress(address));
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(notAnAddress(address), e);
    }
    return new Server(full.replaceAll("/+$", ""), UnaryOperator.identity(), Optional.empty());
  }

  /// The same, with every request signed.
  public Server with(Key key) {
    return new Server(address, new Signer(key)::sign, watcher);
  }

  /// The same, with a token in every request (RFC 6750, 2.1).
  public Server with(Login login) {
    return new Server(
        address,
        request ->
            HttpRequest.newBuilder(request, (_, _) -> true)
                .setHeader("Authorization", "Bearer " + login.token())
                .build(),
        watcher);
  }

  /// The same, with large uploads shown as they go out, where `err` is a terminal.
  public Server showing(Output err) {
    return new Server(address, identified, Optional.of(err));
  }

  /// As it is asked: with the scheme, without a slash at its end.
  public String address() {
    return address;
  }

  private static String notAnAddress(String address) {
    return "'" + address + "' is no address of a server: use http://HOST:PORT";
  }

  /// A request to begin from.
  ///
  /// @param path from the server's root on, percent-encoded
  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(address + path));
  }

  /// Sends a request; the answer may be an error, and its body is read as it comes.
  ///
  /// @throws Unreachable if nothing answers
  public HttpResponse<InputStream> send(HttpRequest request)
      throws IOException, InterruptedException {
    HttpRequest whole = identified.apply(request);
    Optional<BodyPublisher> body =
        watcher
            .flatMap(_ -> whole.bodyPublisher())
            .filter(publisher -> publisher.contentLength() >= Progress.LEAST);
    if (body.isEmpty()) {
      return exchange(whole);
    }
    try (var progress = Progress.of(watcher.orElseThrow(), body.get().contentLength())) {
      return exchange(
          HttpRequest.newBuilder(whole, (_, _) -> true)
              .method(whole.method(), new CountedBody(body.get(), progress))
              .build());
    }
  }

  private HttpResponse<InputStream> exchange(HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return Connections.to(request.uri()).send(request, BodyHandlers.ofInputStream());
    } catch (ConnectException | HttpConnectTimeoutException e) {
      throw new Unreachable(
          "no server answers at %s: start one with 'ol dev DIR', or name another with --server"
                  .formatted(address)
              + " or OL_SERVER",
          e);
    } catch (IOException e) {
      throw new Unreachable(
          "the server at %s broke the connection off before it answered (%s): see its terminal"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  /// What is at a path, as it comes.
  ///
  /// @throws Refused if the server answers with an error
  /// @throws Unreachable if nothing answers
  public InputStream open(String path) throws IOException, InterruptedException {
    var answer = send(request(path).build());
    if (answer.statusCode() != 200) {
      try (InputStream body = answer.body()) {
        throw refused(answer, body);
      }
    }
    return answer.body();
  }

  /// What an answer that is an error says.
  public static Refused refused(HttpResponse<InputStream> answer, InputStream body)
      throws IOException {
    byte[] start = body.readNBytes(ERROR_BYTES);
    String type = answer.headers().firstValue("content-type").orElse("");
    if (answer.headers().firstValue("x-amzn-errortype").isPresent()) {
      String id = answer.headers().firstValue("x-amzn-requestid").orElse("");
      return new Refused(Problem.ofAws(answer.statusCode(), start, id));
    }
    return new Refused(
        Problem.read(answer.statusCode(), type, start)
            .orElseGet(() -> Problem.unexplained(answer.statusCode(), start)));
  }

  /// Asks for a change that is said by its path.
  ///
  /// @return what is answered; an empty object if that is nothing
  /// @throws Refused if the server answers with an error
  /// @throws Unreachable if nothing answers
  public JsonNode ask(String method, String path) throws IOException, InterruptedException {
    return ask(method, path, NO_BODY);
  }

  /// The same, with a JSON object.
  ///
  /// @param headers names and values in turn
  public JsonNode ask(String method, String path, JsonNode body, String... headers)
      throws IOException, InterruptedException {
    return ask(method, path, Json.bytes(body), headers);
  }

  /// The same, with a document that is large and written already.
  public JsonNode ask(String method, String path, byte[] document, String... headers)
      throws IOException, InterruptedException {
    var request = request(path).method(method, BodyPublishers.ofByteArray(document));
    if (document.length > 0) {
      request.header("content-type", "application/json");
    }
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    var answer = send(request.build());
    try (InputStream body = answer.body()) {
      if (answer.statusCode() >= 300) {
        throw refused(answer, body);
      }
      byte[] bytes = body.readAllBytes();
      return bytes.length == 0 ? Json.object() : Json.read(bytes);
    } catch (JacksonException e) {
      throw new IOException(
          "what answers at %s%s is no OpenLambda server: %s"
              .formatted(address, path, e.getOriginalMessage()),
          e);
    }
  }

  /// The JSON document at a path.
  ///
  /// @throws Refused if the server answers with an error
  /// @throws Unreachable if nothing answers
  public JsonNode json(String path) throws IOException, InterruptedException {
    try (InputStream body = open(path)) {
      return Json.read(body.readAllBytes());
    } catch (JacksonException e) {
      throw new IOException(
          "what answers at %s%s is no OpenLambda server: %s"
              .formatted(address, path, e.getOriginalMessage()),
          e);
    }
  }
}
