package org.openlambda.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.door.DoorConfig;
import org.openlambda.gateway.door.DoorLimits;

/// An open gateway over fakes, and ways to call it.
final class Stage implements AutoCloseable {
  static final DoorLimits LIMITS =
      new DoorLimits(50, Bytes.kibi(8), Duration.ofMillis(400), Duration.ofMillis(1200));

  final FakeRegistry registry = new FakeRegistry().with("echo", "*");
  final FakeInvoker invoker = new FakeInvoker();
  final FakeJournal journal = new FakeJournal();
  final FakeWorker worker = new FakeWorker();
  final Gateway gateway;
  final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  Stage() throws IOException {
    this(LIMITS);
  }

  Stage(DoorLimits limits) throws IOException {
    var door =
        new DoorConfig(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            Set.of("ol.example"),
            limits);
    gateway =
        Gateway.open(
            new GatewayConfig(door, Bytes.kibi(1024), Bytes.mebi(8)),
            new Gateway.Parts(
                new Gateway.Served.Openly(registry), invoker, journal, worker, Time.system()));
  }

  /// A function with this code.
  Stage with(String name, FakeInvoker.Code code) {
    registry.with(name, "*");
    invoker.with(name, code);
    return this;
  }

  Caller call() throws IOException {
    return new Caller(gateway.port());
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path));
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(request(path));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    http.shutdownNow();
    gateway.close();
  }
}
