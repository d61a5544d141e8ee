package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openlambda.core.time.Time;
import org.openlambda.gateway.door.DoorLimits;
import org.openlambda.gateway.limit.BodyRooms;

class DrainTest {
  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch go = new CountDownLatch(1);
  private Stage stage;

  @BeforeEach
  void open() throws IOException {
    stage =
        new Stage(DoorLimits.DEFAULT)
            .with(
                "slow",
                invocation -> {
                  started.countDown();
                  go.await();
                  return FakeInvoker.echo(invocation);
                });
  }

  @AfterEach
  void close() {
    stage.close();
  }

  @Test
  void running_requests_finish_new_ones_are_refused_and_connections_closed() throws Exception {
    try (var running = stage.call();
        var waiting = stage.call()) {
      running.sendHead("GET /run/slow HTTP/1.1", "Host: localhost");
      started.await();
      waiting.send("GET /run/echo HTTP/1.1\r\n");
      waiting.send("Host: loc");
      var drained = new FutureTask<>(() -> stage.gateway.drain(Duration.ofSeconds(10)));
      Thread.ofVirtual().start(drained);
      awaitRefusedConnections();
      running.sendHead("GET /run/echo HTTP/1.1", "Host: localhost");
      assertThat(drained.isDone()).isFalse();
      go.countDown();
      var last = running.answer();
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.fields()).containsEntry("connection", "close");
      assertThat(running.isClosed()).isTrue();
      assertThat(drained.get(5, TimeUnit.SECONDS)).isTrue();
      assertThat(waiting.isClosed()).isTrue();
    }
  }

  private void awaitRefusedConnections() {
    assertThatThrownBy(
            () -> {
              while (true) {
                stage.call().close();
              }
            })
        .isInstanceOf(ConnectException.class);
  }

  @Test
  void a_request_on_an_open_connection_is_told_503_and_when_to_come_back() throws Exception {
    try (var busy = stage.call();
        var other = stage.call()) {
      busy.sendHead("GET /run/slow HTTP/1.1", "Host: localhost");
      started.await();
      other.sendHead("GET /run/echo HTTP/1.1", "Host: localhost").answer();
      assertThat(stage.gateway.drain(Duration.ofMillis(50))).isFalse();
      var refused = other.sendHead("GET /run/echo HTTP/1.1", "Host: localhost").answer();
      assertThat(refused.status()).isEqualTo(503);
      assertThat(refused.fields())
          .containsEntry("retry-after", "1")
          .containsEntry("connection", "close");
      go.countDown();
      assertThat(busy.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void a_client_of_aws_is_told_when_to_come_back_too() throws Exception {
    try (var keyed = new KeyedStage(BodyRooms.DEFAULT)) {
      var begun = new CountDownLatch(1);
      var end = new CountDownLatch(1);
      keyed.with(
          "slow",
          invocation -> {
            begun.countDown();
            end.await();
            return FakeInvoker.echo(invocation);
          });
      keyed.with("echo", FakeInvoker::echo);
      byte[] body = {'1'};
      String slow = keyed.head(keyed.ada, "/2015-03-31/functions/slow/invocations", body);
      String echo = keyed.head(keyed.ada, "/2015-03-31/functions/echo/invocations", body);
      try (var busy = keyed.call().send(slow).send(body);
          var other = keyed.call()) {
        begun.await();
        assertThat(other.send(echo).send(body).answer().status()).isEqualTo(200);
        assertThat(keyed.gateway.drain(Duration.ofMillis(50))).isFalse();
        var refused = other.send(echo).send(body).answer();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.fields()).containsEntry("retry-after", "1");
        end.countDown();
        assertThat(busy.answer().status()).isEqualTo(200);
      }
    }
  }

  @Test
  void a_port_that_is_taken_is_explained() {
    assertThatThrownBy(() ->
            Gateway.open(
                GatewayConfig.onLoopback(stage.gateway.port()),
                new Gateway.Parts(
                    new Gateway.Served.Openly(stage.registry),
                    stage.invoker,
                    stage.journal,
                    new FakeWorker(),
                    Time.system())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen on 127.0.0.1:" + stage.gateway.port())
        .hasMessageContaining("choose another port");
  }
}
