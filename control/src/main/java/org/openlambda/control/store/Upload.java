package org.openlambda.control.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.units.Bytes;

/// An archive on its way into the upload folder: complete and on the disk, under a name that nobody
/// looks at. Closing it throws it away, unless it was committed.
public final class Upload implements AutoCloseable {
  private static final String SUFFIX = ".upload";

  private final Path folder;
  private final Path file;
  private final Digest digest;

  private Upload(Path folder, Path file, Digest digest) {
    this.folder = folder;
    this.file = file;
    this.digest = digest;
  }

  /// Whether `name` is of an upload that was cut short, when nobody uploads.
  public static boolean isLeftOver(String name) {
    return name.startsWith(".") && name.endsWith(SUFFIX);
  }

  /// Reads `archive` to its end.
  ///
  /// @throws BadBundle if it is larger than `limit`
  public static Upload receive(Path folder, FunctionName name, InputStream archive, Bytes limit)
      throws BadBundle, IOException {
    Path file = folder.resolve("." + name + "." + UUID.randomUUID() + SUFFIX);
    boolean received = false;
    try (var out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Digest digest = copy(archive, out, limit);
      out.force(true);
      received = true;
      return new Upload(folder, file, digest);
    } finally {
      if (!received) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static Digest copy(InputStream archive, FileChannel out, Bytes limit)
      throws BadBundle, IOException {
    var sha = FileDigest.sha256();
    byte[] piece = new byte[64 * 1024];
    long count = 0;
    for (int read = archive.read(piece); read >= 0; read = archive.read(piece)) {
      count += read;
      if (count > limit.count()) {
        throw new BadBundle(List.of("the archive is larger than " + limit));
      }
      sha.update(piece, 0, read);
      for (var bytes = ByteBuffer.wrap(piece, 0, read); bytes.hasRemaining(); ) {
        out.write(bytes);
      }
    }
    return FileDigest.digest(sha);
  }

  public Path file() {
    return file;
  }

  /// Of the archive's bytes.
  public Digest digest() {
    return digest;
  }

  /// Becomes `name` in the upload folder, replacing what was there, at once and for good.
  public void commit(String name) throws IOException {
    Files.move(file, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    Trees.sync(folder);
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(file);
  }
}
