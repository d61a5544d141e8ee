package org.openlambda.control.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.FileTime;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/// Makes archives, good and bad ones, for tests of every room that reads them.
public final class Tar {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  public Tar() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  public Tar file(String path, String content) {
    return file(path, content.getBytes(StandardCharsets.UTF_8), 0100644);
  }

  public Tar file(String path, byte[] content, int mode) {
    var entry = new TarArchiveEntry(path, TarConstants.LF_NORMAL, true);
    entry.setSize(content.length);
    entry.setMode(mode);
    return put(entry, content);
  }

  public Tar folder(String path) {
    return special(path, TarConstants.LF_DIR, "");
  }

  public Tar symbolicLink(String path, String target) {
    return special(path, TarConstants.LF_SYMLINK, target);
  }

  public Tar hardLink(String path, String target) {
    return special(path, TarConstants.LF_LINK, target);
  }

  public Tar special(String path, byte kind, String target) {
    var entry = new TarArchiveEntry(path, kind, true);
    entry.setLinkName(target);
    return put(entry, new byte[0]);
  }

  private Tar put(TarArchiveEntry entry, byte[] content) {
    entry.setLastModifiedTime(FileTime.fromMillis(0)); // a whole second needs no pax header
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The tar, without gzip.
  public byte[] plain() {
    try {
      tar.finish();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] gz() {
    return gz(plain());
  }

  public static byte[] gz(byte[] plain) {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }
}
