package org.openlambda.worker.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HostNetworkTest {
  private static final String HEAD =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

  @Test
  void uplinks_are_the_interfaces_of_default_routes() {
    assertThat(
            HostNetwork.uplinks(
                HEAD
                    + "wlan0\t00000000\t0101A8C0\t0003\t0\t0\t600\t00000000\t0\t0\t0\n"
                    + "eth0\t00000000\t0102A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
                    + "eth0\t0002A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"))
        .containsExactly("eth0", "wlan0");
  }

  @Test
  void half_the_world_is_no_default_route_and_neither_is_a_refusal() {
    assertThat(
            HostNetwork.uplinks(
                HEAD
                    + "tun0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000080\t0\t0\t0\n"
                    + "*\t00000000\t00000000\t0200\t0\t0\t1\t00000000\t0\t0\t0\n"))
        .isEmpty();
  }
}
