package org.openlambda.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A real HTTP server that answers in the shapes of the gateway's API.
final class StubServer implements AutoCloseable {
  /// What a request was: its line, its content type and its body.
  record Seen(String line, String contentType, String body) {}

  /// How to answer.
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();

  StubServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
  }

  /// Answers every request below `path`.
  StubServer at(String path, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            String type = String.valueOf(exchange.getRequestHeaders().getFirst("content-type"));
            String line = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            seen.add(new Seen(line, type, body));
            answer.to(exchange);
          }
        });
    return this;
  }

  /// An answer that is known whole.
  static Answer whole(int status, String contentType, String body, String... headers) {
    return exchange -> {
      for (int i = 0; i < headers.length; i += 2) {
        exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
      }
      exchange.getResponseHeaders().set("content-type", contentType);
      byte[] bytes = body.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    };
  }

  static Answer json(String body) {
    return whole(200, "application/json", body);
  }

  static Answer problem(int status, String cause, String title, String detail, String remedy) {
    return whole(
        status,
        "application/problem+json",
        """
        {"type":"urn:openlambda:problem:%s","title":"%s","status":%d,"detail":"%s",\
        "requestId":"6f2c0f1e-8d0b-4b5e-9d57-1c6b3f0f7a11","phase":"route","cause":"%s",\
        "remedy":"%s"}\
        """
            .formatted(cause, title, status, detail, cause, remedy));
  }

  List<Seen> seen() {
    return seen;
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
