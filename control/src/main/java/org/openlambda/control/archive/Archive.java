package org.openlambda.control.archive;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.openlambda.core.function.Problems;
import org.openlambda.core.function.Registry.BadBundle;

/// Reads a tar.gz (ustar, pax or GNU, in gzip of one or more members) that anybody may have made.
/// Names are UTF-8; one that is not is taken as ISO-8859-1. Each entry is judged by [EntryJudge]
/// before anybody acts on it. Memory: a few hundred KiB, and the paths of the entries.
public final class Archive {
  private static final int BLOCK_BYTES = 512;
  private static final int READ_BYTES = 64 * 1024;

  private final ArchiveBounds bounds;
  private final EntryConsumer consumer;
  private final Problems problems = new Problems();
  private final EntryJudge judge;
  private long contentBytes;

  private Archive(ArchiveBounds bounds, EntryConsumer consumer) {
    this.bounds = bounds;
    this.consumer = consumer;
    this.judge = new EntryJudge(bounds.bundle());
  }

  /// Reads to the end of the archive, and of `gz`, which is not closed. After the first problem the
  /// consumer is told nothing more, but reading goes on to find the others.
  ///
  /// @throws BadBundle naming every problem and its entry, the first 20
  /// @throws IOException if `gz` or the consumer failed
  public static void read(InputStream gz, ArchiveBounds bounds, EntryConsumer consumer)
      throws BadBundle, IOException {
    var archive = new Archive(bounds, consumer);
    try {
      archive.read(new PackedStream(gz, bounds.packed().count()));
    } catch (PackedStream.Failed e) {
      throw e.source();
    } catch (ConsumerFailed e) {
      throw e.source();
    } catch (ArchiveFault e) {
      archive.problems.add(String.valueOf(e.getMessage()));
    } catch (EOFException e) {
      archive.problems.add("the archive is truncated: it ends in the middle of an entry");
    } catch (IOException | IllegalArgumentException e) {
      archive.problems.add(
          "this is not a tar.gz: " + Problems.quote(String.valueOf(e.getMessage())));
    }
    archive.problems.throwIfAny();
  }

  private void read(PackedStream packed) throws IOException {
    var gunzip =
        GzipCompressorInputStream.builder()
            .setInputStream(packed)
            .setDecompressConcatenated(true)
            .get();
    var unpacked = new UnpackedStream(gunzip, packed, bounds);
    // Records of one block: with tar's usual ten KiB the library would pass over what follows the
    // end.
    var tar = new TarArchiveInputStream(unpacked, BLOCK_BYTES, BLOCK_BYTES, "UTF-8");
    int entries = 0;
    for (var entry = next(tar, unpacked); entry != null; entry = next(tar, unpacked)) {
      if (++entries > bounds.bundle().entries()) {
        throw new ArchiveFault(
            "the archive has more than %,d entries".formatted(bounds.bundle().entries()));
      }
      if (problems.isFull()) {
        throw new ArchiveFault("the rest of the archive was not read");
      }
      take(entry, tar);
    }
    endsHere(unpacked, entries);
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, UnpackedStream unpacked)
      throws IOException {
    unpacked.beginHeader();
    TarArchiveEntry entry = tar.getNextEntry();
    unpacked.endHeader();
    return entry;
  }

  private void take(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    var judged = judge.judge(entry, problems);
    contentBytes += Math.max(0, entry.getSize());
    if (contentBytes > bounds.bundle().content().count()) {
      throw new ArchiveFault("the archive unpacks to more than " + bounds.bundle().content());
    }
    if (judged.isPresent() && problems.isEmpty()) {
      hand(judged.get(), tar);
    }
    byte[] rest = new byte[READ_BYTES];
    while (tar.read(rest) > 0) {
      // What the consumer left: read, not skipped, so that the next header is counted on its own.
    }
  }

  private void hand(ArchiveEntry entry, TarArchiveInputStream tar) throws IOException {
    var content = new EntryContent(tar);
    try {
      switch (entry) {
        case ArchiveEntry.Root() -> {}
        case ArchiveEntry.Folder(var path) -> consumer.folder(path);
        case ArchiveEntry.File(var path, var executable) ->
            consumer.file(path, executable, content);
        case ArchiveEntry.SymbolicLink(var path, var target) -> consumer.symbolicLink(path, target);
        case ArchiveEntry.HardLink(var path, var file) -> consumer.hardLink(path, file);
      }
    } catch (IOException e) {
      content.rethrowOwn();
      throw new ConsumerFailed(e);
    }
  }

  /// After the end mark of the tar only zeros may follow, to fill a record of any size.
  private void endsHere(UnpackedStream unpacked, int entries) throws IOException {
    byte[] rest = new byte[READ_BYTES];
    for (int read = unpacked.read(rest); read > 0; read = unpacked.read(rest)) {
      for (int i = 0; i < read; i++) {
        if (rest[i] != 0) {
          throw new ArchiveFault("something follows the end of the archive");
        }
      }
    }
    if (entries == 0) {
      problems.add("the archive is empty");
    }
  }

  /// The consumer could not take an entry.
  private static final class ConsumerFailed extends IOException {
    private static final long serialVersionUID = 1L;
    private final IOException source;

    ConsumerFailed(IOException source) {
      super(source);
      this.source = source;
    }

    IOException source() {
      return source;
    }
  }
}
