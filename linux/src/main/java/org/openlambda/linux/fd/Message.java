package org.openlambda.linux.fd;

import java.util.List;

/// One message of a [MessageSocket].
///
/// @param bytes what it says; empty when the peer has closed its end
/// @param fds the descriptors that came with it, in the sender's order; the receiver owns them
@SuppressWarnings("ArrayRecordComponent") // read once and thrown away, never compared
public record Message(byte[] bytes, List<Fd> fds) {
  static final Message END = new Message(new byte[0], List.of());

  public Message {
    fds = List.copyOf(fds);
  }

  /// Whether the peer has closed its end and nothing more will come.
  public boolean isEnd() {
    return bytes.length == 0;
  }

  /// Closes every descriptor that came with it.
  public void closeFds() {
    fds.forEach(Fd::close);
  }
}
