package org.openlambda.control.people;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.openlambda.control.identity.Attempts;
import org.openlambda.control.identity.Denied;
import org.openlambda.control.identity.Passwords;
import org.openlambda.core.function.Account;
import org.openlambda.core.time.Time;

/// Looks whether passwords are right, and how often they were wrong: for a user ten times at once
/// and then once in 30 s, for a peer thirty times and then once in 10 s. Any thread.
final class Logins {
  static final int MOST_OF_USER = 10;
  static final int MOST_OF_PEER = 30;
  static final Duration PAUSE_OF_USER = Duration.ofSeconds(30);
  static final Duration PAUSE_OF_PEER = Duration.ofSeconds(10);

  private static final int NETWORK_BYTES = 8;

  private final Passwords passwords = new Passwords();
  private final Attempts ofUser;
  private final Attempts ofPeer;

  Logins(Time time) {
    this.ofUser = new Attempts(MOST_OF_USER, PAUSE_OF_USER, time);
    this.ofPeer = new Attempts(MOST_OF_PEER, PAUSE_OF_PEER, time);
  }

  /// Who somebody says to be, and from where.
  record Claim(Account account, String user, String peer) {
    private String name() {
      return account + "/" + user;
    }

    /// The address of a peer, of IPv6 its network: whoever has one address there has all.
    private String network() {
      String host = peer.substring(0, Math.max(0, peer.lastIndexOf(':')));
      byte[] address = InetAddress.ofLiteral(host).getAddress();
      return HexFormat.of()
          .formatHex(Arrays.copyOf(address, Math.min(address.length, NETWORK_BYTES)));
    }
  }

  /// Whether this is the claimed user's password; takes as long if there is no such user.
  ///
  /// @param hash of the user, if there is one with a password
  /// @throws Denied if it was wrong too often
  boolean isRight(Claim claim, String password, Optional<String> hash) throws Denied {
    String network = claim.network();
    require(ofPeer.take(network));
    Duration wait = ofUser.take(claim.name());
    if (!wait.isZero()) {
      ofPeer.giveBack(network);
    }
    require(wait);
    boolean right = passwords.matches(password, hash);
    if (right) {
      ofPeer.giveBack(network);
      ofUser.giveBack(claim.name());
    }
    return right;
  }

  private static void require(Duration wait) throws Denied {
    if (!wait.isZero()) {
      throw Denied.tooManyLogins("Passwords were wrong too often", wait);
    }
  }

  /// See [Passwords#hash].
  String hash(String password) throws Denied {
    return passwords.hash(password);
  }
}
