package org.openlambda.control.backup;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.openlambda.core.bundle.FileDigest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Writes the entries of a backup. One thread.
final class BackupWriter {
  private static final int PIECE = 64 * 1024;
  private static final int MODE = 0100600;

  private final Instant made;
  private final TarArchiveOutputStream tar;
  private final MessageDigest sha = FileDigest.sha256();

  /// @param made in whole seconds
  /// @param out not closed
  BackupWriter(Instant made, OutputStream out) {
    this.made = made;
    // Whole records of 512 bytes go out as soon as an entry has ended.
    tar =
        new TarArchiveOutputStream(new DigestOutputStream(out, sha), StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  void put(String name, JsonNode json) throws IOException {
    put(name, JsonMapper.shared().writeValueAsBytes(json));
  }

  void put(String name, byte[] bytes) throws IOException {
    put(name, bytes.length, new ByteArrayInputStream(bytes));
  }

  /// @param bytes how many `content` has
  /// @throws EOFException if it has fewer
  void put(String name, long bytes, InputStream content) throws IOException {
    var entry = new TarArchiveEntry(name);
    entry.setMode(MODE);
    entry.setModTime(made.toEpochMilli()); // of whole seconds: others need a header more
    entry.setSize(bytes);
    tar.putArchiveEntry(entry);
    byte[] piece = new byte[PIECE];
    long left = bytes;
    while (left > 0) {
      int read = content.read(piece, 0, (int) Math.min(piece.length, left));
      if (read < 0) {
        throw new EOFException(name + " is " + left + " bytes shorter than it should be");
      }
      tar.write(piece, 0, read);
      left -= read;
    }
    tar.closeArchiveEntry();
  }

  /// Says what there was, and that it is all.
  void end() throws IOException {
    put(
        BackupReader.END,
        JsonMapper.shared()
            .createObjectNode()
            .put("bytes", tar.getBytesWritten())
            .put("sha256", FileDigest.digest(sha).hex()));
    tar.finish();
    tar.flush();
  }
}
