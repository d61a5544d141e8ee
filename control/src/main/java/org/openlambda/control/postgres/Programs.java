package org.openlambda.control.postgres;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.openlambda.control.store.Trees;

/// The server's programs, from the archive that the binaries artifact has on the class path. Each
/// build of them has a folder of its own, named by the archive's checksum.
///
/// @param folder with `bin`, `lib` and `share`
record Programs(Path folder) {
  private static final int BUFFER = 1 << 16;

  /// Finds them, or unpacks them: 15 MB to 75 MB, 1 to 2 s, all of it or nothing.
  ///
  /// @param parent the folder to have them in
  /// @throws IOException if there is no archive for this processor, or the disk failed
  static Programs unpack(Path parent) throws IOException {
    return unpack(parent, archive());
  }

  /// The same of another archive than our own.
  static Programs unpack(Path parent, URL archive) throws IOException {
    Path folder = parent.resolve("programs-" + checksum(archive));
    if (!Files.isDirectory(folder)) {
      Path partial = parent.resolve("programs-partial");
      Trees.delete(partial);
      try (InputStream packed = archive.openStream()) {
        unpack(packed, Files.createDirectory(partial));
      }
      Files.move(partial, folder);
    }
    return new Programs(folder);
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
    var xz = new XZCompressorInputStream(new BufferedInputStream(packed, BUFFER));
    try (var tar = new TarArchiveInputStream(xz)) {
      for (TarArchiveEntry e = tar.getNextEntry(); e != null; e = tar.getNextEntry()) {
        Path path = into.resolve(e.getName()).normalize();
        if (!path.startsWith(into)) {
          throw new IOException("the archive of PostgreSQL has an entry outside: " + e.getName());
        }
        take(e, tar, path);
      }
    } catch (FileSystemException e) {
      throw new IOException("cannot unpack PostgreSQL into " + into + ": " + e.getReason(), e);
    }
  }

  private static void take(TarArchiveEntry entry, InputStream content, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    if (path.getParent() != null) {
      Files.createDirectories(path.getParent());
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
