package org.openlambda.linux.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.Requirements;
import org.openlambda.linux.fd.Fd;

class RouteSocketTest {
  private static final Inet4Address GATEWAY = address("100.64.0.1");
  private static final Inet4Address SANDBOX = address("100.80.0.5");
  private static final VethEnd NEAR = new VethEnd("eth0", new MacAddress(0x02_00_00_00_00_02L));
  private static final VethEnd FAR = new VethEnd("far-5", new MacAddress(0x02_00_00_00_00_01L));

  @BeforeAll
  static void requirements() {
    Requirements.root();
  }

  @Test
  void a_cable_has_an_end_in_each_namespace_and_both_are_up() throws Exception {
    try (var host = new PrivateNetwork();
        var sandbox = new PrivateNetwork()) {
      assertThat(connect(host, sandbox)).isTrue();
      assertThat(sandbox.run("ip", "link", "show", "eth0"))
          .contains("mtu 1400", "state UP", "02:00:00:00:00:02");
      assertThat(host.run("ip", "link", "show", "far-5"))
          .contains("mtu 1400", "state UP", "02:00:00:00:00:01");
    }
  }

  @Test
  void a_name_that_is_taken_is_no_error_and_makes_nothing() throws Exception {
    try (var host = new PrivateNetwork();
        var first = new PrivateNetwork();
        var second = new PrivateNetwork()) {
      connect(host, first);
      assertThat(connect(host, second)).isFalse();
      assertThat(second.run("ip", "link")).doesNotContain("eth0");
    }
  }

  @Test
  void addresses_neighbours_and_routes_are_where_they_were_put() throws Exception {
    try (var host = new PrivateNetwork();
        var sandbox = new PrivateNetwork()) {
      connect(host, sandbox);
      inside(
          sandbox,
          () -> {
            try (var routes = RouteSocket.open()) {
              int index = routes.index("eth0");
              routes.addAddress(index, SANDBOX);
              routes.addNeighbour(index, GATEWAY, FAR.address());
              routes.addDefaultRoute(index, GATEWAY);
            }
            return true;
          });
      inside(
          host,
          () -> {
            try (var routes = RouteSocket.open()) {
              int index = routes.index("far-5");
              routes.addHostRoute(index, SANDBOX);
              routes.addNeighbour(index, SANDBOX, NEAR.address());
            }
            return true;
          });
      assertThat(sandbox.run("ip", "address", "show", "eth0")).contains("inet 100.80.0.5/32");
      assertThat(sandbox.run("ip", "route")).contains("default via 100.64.0.1 dev eth0 onlink");
      assertThat(sandbox.run("ip", "neighbour"))
          .contains("100.64.0.1 dev eth0 lladdr 02:00:00:00:00:01 PERMANENT");
      assertThat(host.run("ip", "route")).contains("100.80.0.5 dev far-5 scope link");
      assertThat(host.run("ip", "neighbour")).contains("100.80.0.5 dev far-5", "PERMANENT");
    }
  }

  @Test
  void what_the_kernel_refuses_is_named() throws Exception {
    try (var empty = new PrivateNetwork()) {
      assertThatThrownBy(() -> inside(empty, () -> open().index("eth7")))
          .rootCause()
          .isInstanceOf(LinuxException.class)
          .hasMessage("RTM_GETLINK eth7: ENODEV (no such device)");
      assertThatThrownBy(() ->
              inside(
                  empty,
                  () -> {
                    open().addDefaultRoute(1, GATEWAY);
                    return true;
                  }))
          .rootCause()
          .hasMessage(
              "RTM_NEWROUTE default by 100.64.0.1, interface 1: ENETDOWN (network is down)");
    }
  }

  @Test
  void a_virtual_thread_cannot_enter_a_namespace() throws Exception {
    try (var empty = new PrivateNetwork()) {
      var attempt = new FutureTask<>(() -> enter(empty));
      Thread.ofVirtual().start(attempt);
      assertThatThrownBy(attempt::get).hasMessageContaining("virtual thread");
    }
  }

  @Test
  void names_that_no_interface_can_have_are_refused() {
    assertThatThrownBy(() -> new VethEnd("sixteen-letters-", FAR.address()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MacAddress(0x01_00_00_00_00_00L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(FAR.address()).hasToString("02:00:00:00:00:01");
  }

  private static RouteSocket open() {
    return RouteSocket.open();
  }

  private static boolean connect(PrivateNetwork host, PrivateNetwork sandbox) throws Exception {
    try (Fd home = inside(host, NetworkNamespace::current);
        var hostRoutes = inside(host, RouteSocket::open);
        var sandboxRoutes = inside(sandbox, RouteSocket::open)) {
      boolean made = sandboxRoutes.createPair(NEAR, FAR, home, 1400);
      hostRoutes.up(hostRoutes.index("far-5"));
      return made;
    }
  }

  /// On a thread that ends afterwards.
  private static <T> T inside(PrivateNetwork network, Callable<T> work) throws Exception {
    var task =
        new FutureTask<>(() -> {
          enter(network);
          return work.call();
        });
    Thread.ofPlatform().start(task);
    return task.get();
  }

  private static boolean enter(PrivateNetwork network) {
    NetworkNamespace.enter(network.process());
    return true;
  }

  private static Inet4Address address(String text) {
    try {
      return (Inet4Address) InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new UncheckedIOException(e);
    }
  }
}
