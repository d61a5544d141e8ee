package org.openlambda.control.backup;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.function.Digest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the entries of a backup, whoever may have made it. One thread.
final class BackupReader {
  static final String HEAD = "head.json";
  static final String KEY = "secret.key";
  static final String BUNDLES = "bundles/";
  static final String TABLES = "tables.json";
  static final String ROWS = "tables/";
  static final String END = "end.json";
  static final int FORMAT = 1;

  private static final Pattern NAME =
      Pattern.compile(
          "head\\.json|secret\\.key|tables\\.json|end\\.json"
              + "|bundles/[0-9a-f]{64}/(?:[0-9a-f]{64}|merged)"
              + "|tables/[0-9a-z_]{1,63}/\\d{6,9}\\.gz");

  /// Of an entry that is no bundle: packed rows are at most a little larger than the rows.
  private static final long LARGEST = Rows.PIECE + 1024 * 1024;

  private final Path file;

  BackupReader(Path file) {
    this.file = file;
  }

  /// Takes an entry.
  interface Entries {
    /// @param content need not be read to its end
    void take(String name, long bytes, InputStream content) throws IOException;
  }

  /// The file is not one that [BackupWriter] has ended.
  static final class Damaged extends IOException {
    private static final long serialVersionUID = 1L;

    Damaged(Path file, String why, Throwable cause) {
      super("%s is no whole backup: %s".formatted(file, why), cause);
    }

    Damaged(Path file, String why) {
      super("%s is no whole backup: %s".formatted(file, why));
    }
  }

  /// Reads all of it, for nothing else than to know that it is whole.
  ///
  /// @throws Damaged if it is not
  void check() throws IOException {
    try {
      read((_, _, _) -> {});
    } catch (Damaged | NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new Damaged(file, String.valueOf(e.getMessage()), e);
    }
  }

  /// Reads all of it.
  ///
  /// @throws Damaged if it was cut off, or is not what was written; entries were taken nevertheless
  void read(Entries entries) throws IOException {
    try (var in = new Tailed(new BufferedInputStream(Files.newInputStream(file)));
        var tar = new TarArchiveInputStream(in, StandardCharsets.UTF_8.name())) {
      for (TarArchiveEntry entry = next(tar); !entry.getName().equals(END); entry = next(tar)) {
        entries.take(entry.getName(), entry.getSize(), new Unclosed(tar));
        tar.transferTo(OutputStream.nullOutputStream());
      }
      long bytes = in.bytes;
      Digest digest = FileDigest.digest(in.sha);
      JsonNode end = json(tar.readAllBytes());
      if (end.path("bytes").asLong(-1) != bytes
          || !end.path("sha256").asString("").equals(digest.hex())) {
        throw new Damaged(file, "its bytes are not those that were written");
      }
      if (!in.isZeroToTheEnd()) {
        throw new Damaged(file, "something follows its end");
      }
    }
  }

  private TarArchiveEntry next(TarArchiveInputStream tar) throws Damaged {
    TarArchiveEntry entry;
    try {
      entry = tar.getNextEntry();
    } catch (IOException | IllegalArgumentException e) {
      throw new Damaged(file, String.valueOf(e.getMessage()), e);
    }
    if (entry == null) {
      throw new Damaged(file, "it was cut off");
    }
    long most =
        entry.getName().startsWith(BUNDLES) ? ArchiveBounds.DEFAULT.packed().count() : LARGEST;
    if (!NAME.matcher(entry.getName()).matches()
        || !entry.isFile()
        || !entry.isCheckSumOK()
        || entry.getSize() > most) {
      throw new Damaged(file, "it has an entry that no backup has");
    }
    return entry;
  }

  /// What an entry in JSON says.
  JsonNode json(byte[] bytes) throws Damaged {
    try {
      return JsonMapper.shared().readTree(bytes);
    } catch (JacksonException e) {
      throw new Damaged(file, "what should be JSON is not", e);
    }
  }

  /// An entry for whoever takes it: the file goes on after it.
  private static final class Unclosed extends FilterInputStream {
    Unclosed(InputStream in) {
      super(in);
    }

    @Override
    public void close() {}
  }

  /// Has the digest of all that was read but the last record, which is the header of the end when
  /// that is met.
  private static final class Tailed extends FilterInputStream {
    private static final int RECORD = 512;

    private final MessageDigest sha = FileDigest.sha256();
    private final byte[] tail = new byte[RECORD];
    private int tailed;

    /// Those in the digest.
    private long bytes;

    Tailed(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int read = in.read(into, offset, length);
      if (read > 0) {
        int old = Math.max(0, Math.min(tailed, tailed + read - RECORD));
        add(tail, 0, old);
        System.arraycopy(tail, old, tail, 0, tailed - old);
        tailed -= old;
        int passing = Math.max(0, read - RECORD);
        add(into, offset, passing);
        System.arraycopy(into, offset + passing, tail, tailed, read - passing);
        tailed += read - passing;
      }
      return read;
    }

    private void add(byte[] from, int offset, int length) {
      sha.update(from, offset, length);
      bytes += length;
    }

    @Override
    public long skip(long wanted) throws IOException {
      return readNBytes((int) Math.min(wanted, 1 << 16)).length;
    }

    boolean isZeroToTheEnd() throws IOException {
      byte[] piece = new byte[1 << 16];
      for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
        for (int i = 0; i < read; i++) {
          if (piece[i] != 0) {
            return false;
          }
        }
      }
      return true;
    }
  }
}
