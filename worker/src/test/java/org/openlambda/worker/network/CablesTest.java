package org.openlambda.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.net.NetworkNamespace;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.system.Kernel;

class CablesTest {
  private static final int MTU = 1500;

  @BeforeAll
  static void requirements() {
    assumeTrue(Kernel.isRoot(), "SKIPPED: needs root, and iproute2");
  }

  @Test
  void an_address_in_use_is_passed_over_by_whoever_did_not_give_it_out() throws Exception {
    try (var host = new PrivateNetwork();
        var first = new PrivateNetwork();
        var second = new PrivateNetwork();
        var third = new PrivateNetwork()) {
      var cables = new Cables("test-", new AddressRange(2));
      plugIn(cables, host, first);
      plugIn(cables, host, second);
      plugIn(new Cables("test-", new AddressRange(2)), host, third);
      assertThat(first.addresses()).contains("100.80.128.0/32");
      assertThat(second.addresses()).contains("100.80.128.1/32");
      assertThat(third.addresses()).contains("100.80.128.2/32");
    }
  }

  @Test
  void a_sandbox_that_is_gone_is_an_error() throws Exception {
    try (var host = new PrivateNetwork();
        var sandbox = new PrivateNetwork()) {
      sandbox.end();
      assertThatThrownBy(() -> plugIn(new Cables("test-", new AddressRange(0)), host, sandbox))
          .rootCause()
          .isInstanceOf(LinuxException.class)
          .hasMessageContaining("ESRCH");
    }
  }

  private static void plugIn(Cables cables, PrivateNetwork host, PrivateNetwork sandbox) {
    CompletableFuture.runAsync(
            () -> {
              NetworkNamespace.enter(host.handle);
              cables.plugIn(sandbox.handle, MTU);
            },
            task -> Thread.ofPlatform().start(task))
        .join();
  }

  /// A process in a network namespace of its own.
  private static final class PrivateNetwork implements AutoCloseable {
    private final Process process;
    private final PidFd handle;

    private PrivateNetwork() throws Exception {
      process = new ProcessBuilder("unshare", "--net", "sh", "-c", "echo ready; exec cat").start();
      assertThat(process.inputReader().readLine()).isEqualTo("ready");
      handle = PidFd.open((int) process.pid());
    }

    private String addresses() throws Exception {
      return FakeMachine.in(process.pid(), "ip", "address");
    }

    private void end() {
      process.destroy();
      process.onExit().join();
    }

    @Override
    public void close() {
      end();
      handle.close();
    }
  }
}
