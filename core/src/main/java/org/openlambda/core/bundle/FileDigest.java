package org.openlambda.core.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.openlambda.core.function.Digest;

/// What came of reading one file.
///
/// @param settled whether it looked the same before and after
public record FileDigest(FolderEntry.File file, boolean settled) {
  static final int BUFFER_BYTES = 64 * 1024;

  /// A file changed less than this before it was hashed may change again without its times moving:
  /// they have the granularity of the kernel's tick, or of a network file system.
  private static final long RACY_MILLIS = 2_000;

  /// Reads the file that had the status `before`. Blocks on the disk.
  public static FileDigest of(Path file, FileStatus before) throws IOException {
    return of(file, before, ByteBuffer.allocate(BUFFER_BYTES));
  }

  static FileDigest of(Path file, FileStatus before, ByteBuffer buffer) throws IOException {
    long startedMillis = System.currentTimeMillis();
    Digest digest = hash(file, before.stamp().size(), buffer);
    FileStatus after = FileStatus.of(file);
    boolean settled = after.equals(before);
    boolean old = before.stamp().changed().toMillis() < startedMillis - RACY_MILLIS;
    return new FileDigest(
        new FolderEntry.File(after.executable(), digest, after.stamp(), settled && old), settled);
  }

  /// Reads at most `size` bytes: a file that grows meanwhile is not settled anyway.
  private static Digest hash(Path file, long size, ByteBuffer buffer) throws IOException {
    MessageDigest sha = sha256();
    try (var channel = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      long left = size;
      while (left > 0) {
        buffer.clear().limit((int) Math.min(left, buffer.capacity()));
        int read = channel.read(buffer);
        if (read < 0) {
          break;
        }
        left -= read;
        sha.update(buffer.flip());
      }
    }
    return digest(sha);
  }

  /// The digest of bytes in memory.
  public static Digest of(byte[] bytes) {
    MessageDigest sha = sha256();
    sha.update(bytes);
    return digest(sha);
  }

  /// A fresh SHA-256.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /// Ends `sha`.
  public static Digest digest(MessageDigest sha) {
    return new Digest(HexFormat.of().formatHex(sha.digest()));
  }
}
