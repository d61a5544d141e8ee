package org.openlambda.control.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.openlambda.core.function.Problems;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.units.Bytes;

/// Reads a zip (PKWARE's APPNOTE; what AWS Lambda takes) that anybody may have made: by its central
/// directory, so what is not listed there is not read. Each entry is judged by [EntryJudge], like
/// one of a tar. Memory: the paths of the entries, twice.
public final class ZipArchive {
  private static final int FILE_MODE = 0644;
  private static final int FOLDER_MODE = 0755;
  private static final int LONGEST_LINK = 4_096;

  /// What an entry of the central directory begins with: `PK\1\2`, read as a big-endian number.
  private static final int ENTRY = 0x504b_0102;

  private static final int PIECE_BYTES = 64 * 1024;

  private final ArchiveBounds bounds;
  private final EntryConsumer consumer;
  private final Problems problems = new Problems();
  private final EntryJudge judge;
  private long contentBytes;

  private ZipArchive(ArchiveBounds bounds, EntryConsumer consumer) {
    this.bounds = bounds;
    this.consumer = consumer;
    this.judge = new EntryJudge(bounds.bundle());
  }

  /// The file is no zip, or one that cannot be read.
  public static final class Unreadable extends IOException {
    private static final long serialVersionUID = 1L;

    Unreadable(Throwable cause) {
      super("this is no zip: " + cause.getMessage(), cause);
    }
  }

  /// It unpacks to more than is allowed.
  public static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1L;

    TooLarge(Bytes limit) {
      super("the archive unpacks to more than " + limit);
    }
  }

  /// Reads all of it.
  ///
  /// @throws BadBundle naming the entries that cannot be served
  /// @throws Unreadable if it is no zip
  /// @throws TooLarge beyond the bounds
  /// @throws IOException if the consumer failed
  public static void read(Path file, ArchiveBounds bounds, EntryConsumer consumer)
      throws BadBundle, IOException {
    var archive = new ZipArchive(bounds, consumer);
    if (hasMoreEntries(file, bounds.bundle().entries())) {
      archive.tooMany();
    } else {
      try (ZipFile zip = open(file)) {
        archive.read(zip);
      }
    }
    archive.problems.throwIfAny();
  }

  private void tooMany() {
    problems.add("the archive has more than %,d entries".formatted(bounds.bundle().entries()));
  }

  /// Whether it may have: the library keeps all of a directory in memory, whatever its length, so
  /// this is asked before. Looks for what entries begin with, wherever it stands.
  private static boolean hasMoreEntries(Path file, int most) throws IOException {
    int last = 0;
    int found = 0;
    var piece = new byte[PIECE_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int length = in.read(piece); length > 0; length = in.read(piece)) {
        for (int i = 0; i < length; i++) {
          last = (last << 8) | (piece[i] & 0xFF);
          found += last == ENTRY ? 1 : 0;
        }
      }
    }
    return found > most;
  }

  private static ZipFile open(Path file) throws Unreadable {
    try {
      return ZipFile.builder().setPath(file).get();
    } catch (IOException | IllegalArgumentException e) {
      throw new Unreadable(e);
    }
  }

  private void read(ZipFile zip) throws IOException {
    int entries = 0;
    for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
      if (++entries > bounds.bundle().entries()) {
        tooMany();
        return;
      }
      if (problems.isFull()) {
        return;
      }
      Optional<ArchiveEntry> judged = judge.judge(asTar(zip, entry), problems);
      if (judged.isPresent() && problems.isEmpty()) {
        hand(zip, entry, judged.get());
      }
    }
    if (entries == 0) {
      problems.add("the archive is empty");
    }
  }

  /// What the entry would be in a tar: that is what is judged.
  private static TarArchiveEntry asTar(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    byte kind =
        entry.isUnixSymlink()
            ? TarConstants.LF_SYMLINK
            : entry.isDirectory() ? TarConstants.LF_DIR : TarConstants.LF_NORMAL;
    var tar = new TarArchiveEntry(entry.getName(), kind, true);
    int mode = entry.getUnixMode() & 07777;
    tar.setMode(mode != 0 ? mode : entry.isDirectory() ? FOLDER_MODE : FILE_MODE);
    if (entry.isUnixSymlink()) {
      tar.setLinkName(target(zip, entry));
    }
    return tar;
  }

  private static String target(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    try (InputStream content = content(zip, entry)) {
      return new String(content.readNBytes(LONGEST_LINK), StandardCharsets.UTF_8);
    } catch (IOException | RuntimeException e) {
      throw new Unreadable(e);
    }
  }

  private static InputStream content(ZipFile zip, ZipArchiveEntry entry) throws IOException {
    if (entry.getGeneralPurposeBit().usesEncryption()) {
      throw new Unreadable(new ZipException(named(entry) + " is encrypted"));
    }
    if (entry.getMethod() != ZipEntry.STORED && entry.getMethod() != ZipEntry.DEFLATED) {
      throw new Unreadable(
          new ZipException(
              "%s is packed by method %d: store or deflate it"
                  .formatted(named(entry), entry.getMethod())));
    }
    try {
      return zip.getInputStream(entry);
    } catch (IOException | RuntimeException e) {
      throw new Unreadable(e);
    }
  }

  private static String named(ZipArchiveEntry entry) {
    return "entry " + Problems.quote(entry.getName());
  }

  private void hand(ZipFile zip, ZipArchiveEntry entry, ArchiveEntry judged) throws IOException {
    switch (judged) {
      case ArchiveEntry.Root() -> {}
      case ArchiveEntry.Folder(var path) -> consumer.folder(path);
      case ArchiveEntry.File(var path, var executable) -> {
        try (InputStream content = new Counted(content(zip, entry))) {
          consumer.file(path, executable, content);
        }
      }
      case ArchiveEntry.SymbolicLink(var path, var target) -> consumer.symbolicLink(path, target);
      case ArchiveEntry.HardLink _ -> throw new IllegalStateException("a zip has no such links");
    }
  }

  /// Holds what is unpacked within the bounds, whatever the archive says of its sizes.
  private final class Counted extends FilterInputStream {
    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /// Whatever the library meets in a file that anybody made, it is the file that is wrong.
    private int readOrFail(byte[] into, int offset, int length) throws Unreadable {
      try {
        return in.read(into, offset, length);
      } catch (IOException | RuntimeException e) {
        throw new Unreadable(e);
      }
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = readOrFail(into, offset, length);
      contentBytes += Math.max(0, count);
      if (contentBytes > bounds.bundle().content().count()) {
        throw new TooLarge(bounds.bundle().content());
      }
      return count;
    }
  }
}
