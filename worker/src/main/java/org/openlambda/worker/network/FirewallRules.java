package org.openlambda.worker.network;

import static java.util.stream.Collectors.joining;

import java.net.Inet4Address;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/// What may pass between the cables of a worker and everything else, in the language of `nft(8)`.
/// Static: nothing is added for a sandbox, all cables are known by the begin of their name.
///
/// - *in front of everything*: IPv6 is dropped; so is a packet whose source is not the address that
///   the host's routes have behind this very interface (reverse path, `fib`)
/// - *to the host itself*: refused, but for its name server
/// - *to a cable*: answers only; not from another sandbox, the local network or a container
/// - *from a cable*: name servers at port 53; nothing of [#CLOSED]; all else by an uplink, under
///   the host's address
///
/// @param table the table's name
/// @param cables how names of our interfaces begin
/// @param sandboxes the addresses of all our sandboxes
/// @param uplinks interfaces to the world, at least one
/// @param resolvers name servers
record FirewallRules(
    String table,
    String cables,
    AddressRange sandboxes,
    Collection<String> uplinks,
    Collection<Inet4Address> resolvers) {
  /// Destinations that are nobody's business outside (RFC 6890): this host, private networks,
  /// link-local with the metadata services of clouds, other sandboxes, benchmarks, multicast,
  /// reserved, broadcast.
  static final List<String> CLOSED =
      List.of(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "224.0.0.0/4",
          "240.0.0.0/4");

  private static final String RULES =
      """
      table inet TABLE {
        set closed {
          type ipv4_addr; flags interval
          elements = { CLOSED }
        }
        set uplinks {
          type ifname
          elements = { UPLINKS }
        }
        set resolvers {
          type ipv4_addr
          RESOLVERS
        }
        chain front {
          type filter hook prerouting priority raw; policy accept
          iifname != "CABLES*" accept
          meta nfproto != ipv4 drop
          fib saddr . iif oif missing drop
        }
        chain to_host {
          type filter hook input priority filter; policy accept
          iifname != "CABLES*" accept
          ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept
          reject with icmpx type admin-prohibited
        }
        chain through {
          type filter hook forward priority filter; policy accept
          oifname "CABLES*" ct state established,related accept
          oifname "CABLES*" drop
          iifname != "CABLES*" accept
          ct state invalid drop
          ip daddr @resolvers meta l4proto { tcp, udp } th dport 53 accept
          ip daddr @closed reject with icmpx type admin-prohibited
          oifname @uplinks accept
          reject with icmpx type admin-prohibited
        }
        chain out {
          type nat hook postrouting priority srcnat; policy accept
          ip saddr SANDBOXES oifname != "CABLES*" masquerade
        }
      }
      """;

  /// Replaces the table by this one, in one step.
  String load() {
    return remove(table)
        + RULES
            .replace("TABLE", table)
            .replace("CABLES", cables)
            .replace("SANDBOXES", sandboxes.toString())
            .replace("CLOSED", String.join(", ", CLOSED))
            .replace("UPLINKS", list(uplinks, name -> '"' + name + '"'))
            .replace("RESOLVERS", elements());
  }

  /// Removes a table, whether or not there is one: older versions of nft have no word for that.
  static String remove(String table) {
    return "table inet %s\ndelete table inet %s\n".formatted(table, table);
  }

  private String elements() {
    return resolvers.isEmpty()
        ? ""
        : "elements = { %s }".formatted(list(resolvers, Inet4Address::getHostAddress));
  }

  private static <T> String list(Collection<T> items, Function<T, String> text) {
    return items.stream().map(text).collect(joining(", "));
  }
}
