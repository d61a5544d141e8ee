package org.openlambda.linux.net;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// One request to rtnetlink while it is written; one thread. All numbers are the machine's order,
/// but for addresses. See `netlink(7)`, `rtnetlink(7)`, `linux/rtnetlink.h`.
///
///     nlmsghdr   0 len (u32)  4 type (u16)  6 flags (u16)  8 sequence (u32)  12 port (u32)
///                16 the body, a struct that depends on the type
///                .. attributes: 0 len (u16, header included)  2 type (u16)  4 data, padded to 4
///
/// An attribute may hold attributes.
final class RouteMessage {
  static final int HEADER = 16;
  static final int NEWLINK = 16;
  static final int GETLINK = 18;
  static final int NEWADDR = 20;
  static final int NEWROUTE = 24;
  static final int NEWNEIGH = 28;

  /// Flags of the header: make what is not there, refuse what is.
  static final int CREATE = 0x400;

  static final int EXCLUSIVE = 0x200;

  private static final int REQUEST = 1;
  private static final int ACKNOWLEDGE = 4;
  private static final int LONGEST = 512;

  private final ByteBuffer bytes = ByteBuffer.allocate(LONGEST).order(ByteOrder.nativeOrder());

  private RouteMessage(int type, int flags) {
    bytes.position(4);
    bytes.putShort((short) type).putShort((short) flags).putInt(0).putInt(0);
  }

  /// Asks for something; the reply is the thing itself, or an error.
  static RouteMessage question(int type) {
    return new RouteMessage(type, REQUEST);
  }

  /// Has something done; the reply is an error, or error 0.
  static RouteMessage order(int type, int flags) {
    return new RouteMessage(type, REQUEST | ACKNOWLEDGE | flags);
  }

  RouteMessage u8(int value) {
    bytes.put((byte) value);
    return this;
  }

  RouteMessage u16(int value) {
    bytes.putShort((short) value);
    return this;
  }

  RouteMessage u32(int value) {
    bytes.putInt(value);
    return this;
  }

  /// An attribute with bytes as they are.
  RouteMessage with(int type, byte[] data) {
    int start = begin(type);
    bytes.put(data);
    return end(start);
  }

  /// An attribute with a number of 4 bytes.
  RouteMessage with(int type, int number) {
    int start = begin(type);
    bytes.putInt(number);
    return end(start);
  }

  /// An attribute with a text and the zero behind it.
  RouteMessage with(int type, String text) {
    return with(type, (text + '\0').getBytes(US_ASCII));
  }

  RouteMessage with(int type, Inet4Address address) {
    return with(type, address.getAddress());
  }

  /// Begins an attribute that holds what is written until [#end].
  ///
  /// @return where it starts
  int begin(int type) {
    int start = bytes.position();
    bytes.putShort((short) 0).putShort((short) type);
    return start;
  }

  RouteMessage end(int start) {
    bytes.putShort(start, (short) (bytes.position() - start));
    while (bytes.position() % 4 != 0) {
      bytes.put((byte) 0);
    }
    return this;
  }

  /// The whole, with its length written in.
  byte[] bytes() {
    bytes.putInt(0, bytes.position());
    var whole = new byte[bytes.position()];
    bytes.get(0, whole);
    return whole;
  }
}
