package org.openlambda.cli.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;
import org.openlambda.core.bundle.FolderScan;

/// A folder of code as `.tar.gz`. Equal content gives equal bytes: entries are sorted by path,
/// times and owners are zero, modes are 0644, or 0755 for folders and what its owner may execute.
/// What a server passes over (`.git`, `__pycache__`) is left out. Blocks on the disk.
public final class BundleArchive {
  private static final int FILE_MODE = 0100644;
  private static final int EXECUTABLE_MODE = 0100755;
  private static final int FOLDER_MODE = 040755;
  private static final int LINK_MODE = 0120777;

  private BundleArchive() {}

  /// Packs `folder` into `file`, which appears at once and whole, in the place of an older one.
  ///
  /// @throws IOException naming everything in the folder that cannot be served
  public static void pack(Path folder, Path file) throws IOException {
    FolderContent content =
        FolderScan.of(folder, BundleBounds.DEFAULT, Map.of(), (path, relative) -> {});
    if (!content.problems().isEmpty()) {
      throw new IOException(
          "%s cannot be served: %s".formatted(folder, String.join("; ", content.problems())));
    }
    String hidden = ".%s.%d".formatted(file.getFileName(), ProcessHandle.current().pid());
    Path parts = file.resolveSibling(hidden);
    try {
      try (var out = Files.newOutputStream(parts)) {
        write(folder, new TreeMap<>(content.entries()), out);
      }
      Files.move(parts, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(parts);
    }
  }

  private static void write(Path folder, Map<String, FolderEntry> entries, OutputStream out)
      throws IOException {
    try (var tar =
        new TarArchiveOutputStream(new GZIPOutputStream(out), StandardCharsets.UTF_8.name())) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      for (var entry : entries.entrySet()) {
        put(tar, folder, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void put(TarArchiveOutputStream tar, Path folder, String path, FolderEntry what)
      throws IOException {
    switch (what) {
      case FolderEntry.Folder() ->
          begin(tar, new TarArchiveEntry(path + "/", TarConstants.LF_DIR), FOLDER_MODE, 0);
      case FolderEntry.Link(String target) -> {
        var link = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
        link.setLinkName(target);
        begin(tar, link, LINK_MODE, 0);
      }
      case FolderEntry.File file -> {
        byte[] bytes = Files.readAllBytes(folder.resolve(path));
        int mode = file.executable() ? EXECUTABLE_MODE : FILE_MODE;
        begin(tar, new TarArchiveEntry(path), mode, bytes.length);
        tar.write(bytes);
      }
    }
    tar.closeArchiveEntry();
  }

  private static void begin(TarArchiveOutputStream tar, TarArchiveEntry entry, int mode, long size)
      throws IOException {
    entry.setModTime(0);
    entry.setIds(0, 0);
    entry.setNames("", "");
    entry.setMode(mode);
    entry.setSize(size);
    tar.putArchiveEntry(entry);
  }
}
