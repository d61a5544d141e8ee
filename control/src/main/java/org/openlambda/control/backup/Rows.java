package org.openlambda.control.backup;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/// Cuts the rows of a table into pieces and packs each, so that none has to be kept whole. One
/// thread.
final class Rows extends OutputStream {
  /// Bytes before they are packed.
  static final int PIECE = 8 * 1024 * 1024;

  private final Pieces pieces;
  private final byte[] piece = new byte[PIECE];
  private int filled;

  /// Takes a packed piece.
  interface Pieces {
    void take(byte[] packed) throws IOException;
  }

  Rows(Pieces pieces) {
    this.pieces = pieces;
  }

  @Override
  public void write(int one) throws IOException {
    write(new byte[] {(byte) one}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = Math.min(length - done, piece.length - filled);
      System.arraycopy(bytes, offset + done, piece, filled, count);
      filled += count;
      done += count;
      if (filled == piece.length) {
        hand();
      }
    }
  }

  private void hand() throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(piece, 0, filled);
    }
    filled = 0;
    pieces.take(packed.toByteArray());
  }

  /// Hands the rest.
  @Override
  public void close() throws IOException {
    if (filled > 0) {
      hand();
    }
  }

  /// What [#hand] has packed.
  ///
  /// @throws IOException if it is more, or not packed so
  static byte[] unpack(InputStream packed) throws IOException {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(packed.readAllBytes()))) {
      byte[] rows = gzip.readNBytes(PIECE + 1);
      if (rows.length > PIECE) {
        throw new IOException("a piece of rows has more than " + PIECE + " bytes");
      }
      return rows;
    }
  }
}
