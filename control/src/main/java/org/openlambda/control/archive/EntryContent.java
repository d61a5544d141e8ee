package org.openlambda.control.archive;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/// The content of one entry, as the consumer reads it. Remembers a failure of its own, so that it
/// is not mistaken for a failure of the consumer.
final class EntryContent extends InputStream {
  private final InputStream in;
  private @Nullable IOException own;

  EntryContent(InputStream in) {
    this.in = in;
  }

  void rethrowOwn() throws IOException {
    if (own != null) {
      throw own;
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    try {
      return in.read(target, offset, length);
    } catch (IOException e) {
      own = e;
      throw e;
    }
  }
}
