package org.openlambda.control.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The archive's bytes as they come, counted and bounded. What fails here is the world, not the
/// archive: it is told apart as [Failed].
final class PackedStream extends FilterInputStream {
  private final long limit;
  private long count;

  PackedStream(InputStream in, long limit) {
    super(in);
    this.limit = limit;
  }

  long count() {
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read;
    try {
      read = in.read(target, offset, length);
    } catch (IOException e) {
      throw new Failed(e);
    }
    count += Math.max(read, 0);
    if (count > limit) {
      throw new ArchiveFault("the archive is larger than %,d bytes".formatted(limit));
    }
    return read;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /// The source could not be read.
  static final class Failed extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException source;

    Failed(IOException source) {
      super(source);
      this.source = source;
    }

    IOException source() {
      return source;
    }
  }
}
