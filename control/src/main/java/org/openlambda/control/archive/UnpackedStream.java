package org.openlambda.control.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/// The tar inside the archive, counted against what an archive may unpack to.
final class UnpackedStream extends FilterInputStream {
  /// Below this the ratio means nothing.
  private static final long RATIO_FREE_BYTES = 1 << 20;

  /// Around the content: at most two blocks an entry, its long names, and padding at the end.
  private static final long OVERHEAD_PER_ENTRY = 4096;

  /// The most that the headers of one entry may have. The tar library holds them in memory.
  private static final long HEADER_LIMIT = 1 << 20;

  private final PackedStream packed;
  private final ArchiveBounds bounds;
  private final long limit;
  private long count;
  private long headerEnd = Long.MAX_VALUE;

  UnpackedStream(InputStream unzipped, PackedStream packed, ArchiveBounds bounds) {
    super(unzipped);
    this.packed = packed;
    this.bounds = bounds;
    this.limit =
        bounds.bundle().content().count()
            + OVERHEAD_PER_ENTRY * bounds.bundle().entries()
            + HEADER_LIMIT;
  }

  /// From here on a header is read.
  void beginHeader() {
    headerEnd = count + HEADER_LIMIT;
  }

  /// From here on content is read.
  void endHeader() {
    headerEnd = Long.MAX_VALUE;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    int read = super.read(target, offset, length);
    count += Math.max(read, 0);
    check();
    return read;
  }

  @Override
  public long skip(long bytes) throws IOException {
    return Math.max(0, read(new byte[(int) Math.min(bytes, 8192)]));
  }

  private void check() throws ArchiveFault {
    if (count > limit) {
      throw new ArchiveFault(
          "the archive unpacks to more than " + bounds.bundle().content() + " with its headers");
    }
    if (count > RATIO_FREE_BYTES && count > packed.count() * bounds.ratio()) {
      throw new ArchiveFault(
          "the archive unpacks to more than %d times its size: a bomb".formatted(bounds.ratio()));
    }
    if (count > headerEnd) {
      throw new ArchiveFault("an entry has more than 1 MiB of headers");
    }
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
