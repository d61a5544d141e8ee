package org.openlambda.control.postgres;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.CompressorException;
import org.apache.commons.compress.compressors.CompressorStreamFactory;
import org.openlambda.control.store.Trees;

/// The server's programs, from the archive that the binaries artifact has on the class path. Each
/// build of them has a folder of its own, named by the archive's checksum.
///
/// @param folder with `bin`, `lib` and `share`
record Programs(Path folder) {
  private static final int BUFFER = 1 << 16;
  private static final String PARTIAL = "partial-";

  /// What is older than this was left by a crash.
  private static final Duration LONGEST = Duration.ofHours(1);

  /// Finds them, or unpacks them: 15 MB to 60 MB, 1 to 4 s, all of it or nothing.
  ///
  /// @param shared of all servers of an installation; made if it is not there
  /// @param own of one server, if nothing can be written to the other
  /// @throws IOException if there is no archive for this processor, or the disk failed
  static Programs of(Path shared, Path own) throws IOException {
    return of(shared, own, archive());
  }

  /// The same of another archive than our own.
  static Programs of(Path shared, Path own, URL archive) throws IOException {
    String name = "programs-" + checksum(archive);
    for (Path parent : List.of(shared, own)) {
      if (Files.isDirectory(parent.resolve(name))) {
        return new Programs(parent.resolve(name));
      }
    }
    Path parent = isWritable(shared) ? shared : own;
    return new Programs(unpacked(archive, parent, parent.resolve(name)));
  }

  private static boolean isWritable(Path folder) {
    try {
      return Files.isWritable(Files.createDirectories(folder));
    } catch (IOException e) {
      return false;
    }
  }

  /// Several processes may do so at once: the first to end wins.
  private static Path unpacked(URL archive, Path parent, Path folder) throws IOException {
    deleteLeftovers(parent);
    Path partial = Files.createTempDirectory(parent, PARTIAL);
    try {
      try (InputStream packed = archive.openStream()) {
        unpack(packed, partial);
      }
      makeReadable(partial);
      Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(folder)) {
        throw new IOException("cannot unpack PostgreSQL into " + parent + ": " + e.getReason(), e);
      }
    } finally {
      Trees.delete(partial);
    }
    return folder;
  }

  private static void deleteLeftovers(Path parent) throws IOException {
    Instant longAgo = Instant.now().minus(LONGEST);
    try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, PARTIAL + "*")) {
      for (Path partial : all) {
        if (Files.getLastModifiedTime(partial).toInstant().isBefore(longAgo)) {
          Trees.delete(partial);
        }
      }
    }
  }

  /// The server is somebody else.
  private static void makeReadable(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// The path of one: `initdb` or `postgres`.
  Path program(String name) {
    return folder.resolve("bin").resolve(name);
  }

  /// `18`.
  String majorVersion() throws IOException {
    Path catalog = folder.resolve("share/postgresql/postgres.bki");
    try (BufferedReader lines = Files.newBufferedReader(catalog)) {
      String first = String.valueOf(lines.readLine());
      return first.substring(first.lastIndexOf(' ') + 1); // "# PostgreSQL 18"
    }
  }

  private static URL archive() throws IOException {
    String processor =
        switch (System.getProperty("os.arch", "")) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          case String other -> other;
        };
    URL archive = Programs.class.getResource("/postgres-linux-" + processor + ".txz");
    if (archive == null) {
      throw new IOException(
          "this installation has no PostgreSQL for the processor %s: name a server with --database"
              .formatted(processor));
    }
    return archive;
  }

  /// As the jar has it: nothing is read.
  private static String checksum(URL archive) throws IOException {
    if (!(archive.openConnection() instanceof JarURLConnection jar)) {
      throw new IOException("the archive of PostgreSQL is in no jar: " + archive);
    }
    return "%08x".formatted(jar.getJarEntry().getCrc());
  }

  private static void unpack(InputStream packed, Path into) throws IOException {
    try (var tar = new TarArchiveInputStream(unxz(new BufferedInputStream(packed, BUFFER)))) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        Path path = into.resolve(e.getName()).normalize();
        if (!path.startsWith(into)) {
          throw new IOException("the archive of PostgreSQL has an entry outside: " + e.getName());
        }
        take(e, tar, path);
      }
    }
  }

  /// By the factory, so that nothing of the decoder is loaded where nothing is unpacked: its jar is
  /// sealed, and a cache of loaded classes (JEP 483) takes a sealed package for that of the folder
  /// where the cache was made. In an installation that was moved the rest of it could not be
  /// loaded.
  private static InputStream unxz(InputStream packed) throws IOException {
    try {
      return new CompressorStreamFactory()
          .createCompressorInputStream(CompressorStreamFactory.XZ, packed);
    } catch (CompressorException e) {
      throw new IOException("the archive of PostgreSQL is damaged: " + e.getMessage(), e);
    }
  }

  private static void take(TarArchiveEntry entry, InputStream content, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      makeReadable(Files.createDirectories(path));
      return;
    }
    if (path.getParent() != null && !Files.isDirectory(path.getParent())) {
      makeReadable(Files.createDirectories(path.getParent()));
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(content, path);
      boolean runs = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
