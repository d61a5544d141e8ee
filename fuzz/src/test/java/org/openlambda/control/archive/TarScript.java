package org.openlambda.control.archive;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Makes a tar from a few bytes an entry, so that a fuzzer need not find headers of 512 bytes: `u8
/// kind, u8 mode, u8 n, n bytes of name, u8 m, m bytes of link, u8 size`, repeated.
final class TarScript {
  private static final int BLOCK = 512;
  private static final byte[] KINDS = "0512013467LKxgS\0".getBytes(StandardCharsets.US_ASCII);

  private final byte[] script;
  private int at;

  TarScript(byte[] script) {
    this.script = script;
  }

  byte[] tar() {
    var tar = new ByteArrayOutputStream();
    while (at < script.length) {
      entry(tar);
    }
    tar.writeBytes(new byte[2 * BLOCK]);
    return tar.toByteArray();
  }

  private void entry(ByteArrayOutputStream tar) {
    byte[] header = new byte[BLOCK];
    int kind = next();
    put(header, 156, KINDS[kind & 15]);
    put(header, 100, octal(7, (next() << 4 | 0400) & 07777));
    byte[] name = text();
    System.arraycopy(name, 0, header, 0, Math.min(name.length, 100));
    byte[] link = text();
    System.arraycopy(link, 0, header, 157, Math.min(link.length, 100));
    // What stands in these entries is a name, or lines of names and values.
    boolean describes = "LKxg".indexOf(header[156]) >= 0;
    byte[] content = describes ? link : new byte[next() * ((kind & 0x80) == 0 ? 1 : 100)];
    put(header, 124, octal(11, content.length));
    put(header, 257, "ustar\00000".getBytes(StandardCharsets.US_ASCII));
    put(header, 148, octal(6, checksum(header)));
    tar.writeBytes(header);
    tar.writeBytes(content);
    tar.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
  }

  private int next() {
    return at < script.length ? Byte.toUnsignedInt(script[at++]) : 0;
  }

  private byte[] text() {
    int length = Math.min(next(), script.length - at);
    byte[] text = new byte[length];
    System.arraycopy(script, at, text, 0, length);
    at += length;
    return text;
  }

  private static void put(byte[] header, int offset, byte... bytes) {
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  private static byte[] octal(int digits, int value) {
    String text = String.format(Locale.ROOT, "%0" + digits + "o", value);
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static int checksum(byte[] header) {
    int sum = 8 * ' ';
    for (byte b : header) {
      sum += Byte.toUnsignedInt(b);
    }
    return sum;
  }

  /// A gzip of one member that stores what it is given: RFC 1952.
  static byte[] zipped(byte[] plain) {
    var out = new ByteArrayOutputStream(plain.length + 64);
    out.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 3});
    var deflater = new Deflater(Deflater.NO_COMPRESSION, true);
    deflater.setInput(plain);
    deflater.finish();
    byte[] piece = new byte[64 * 1024];
    while (!deflater.finished()) {
      out.write(piece, 0, deflater.deflate(piece));
    }
    deflater.end();
    var crc = new CRC32();
    crc.update(plain);
    little(out, (int) crc.getValue());
    little(out, plain.length);
    return out.toByteArray();
  }

  private static void little(ByteArrayOutputStream out, int number) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(number >>> shift);
    }
  }
}
