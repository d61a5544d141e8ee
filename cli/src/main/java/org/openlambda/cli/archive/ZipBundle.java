package org.openlambda.cli.archive;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;
import org.openlambda.core.bundle.FolderScan;

/// A folder of code as the zip that the AWS Lambda API takes. Equal content gives equal bytes, as
/// in a [BundleArchive], and the same is left out. Blocks on the disk.
public final class ZipBundle {
  private static final int FILE_MODE = 0100644;
  private static final int EXECUTABLE_MODE = 0100755;
  private static final int FOLDER_MODE = 040755;
  private static final int LINK_MODE = 0120777;

  /// Zips write local times.
  private static final FileTime TIME =
      FileTime.from(LocalDateTime.of(2000, 1, 1, 0, 0).atZone(ZoneId.systemDefault()).toInstant());

  private ZipBundle() {}

  /// Packs `folder` into `file`.
  ///
  /// @throws IOException naming everything in the folder that cannot be served
  public static void pack(Path folder, Path file) throws IOException {
    FolderContent content = content(folder);
    try (var zip = new ZipArchiveOutputStream(file)) {
      for (Map.Entry<String, FolderEntry> entry : new TreeMap<>(content.entries()).entrySet()) {
        put(zip, folder, entry.getKey(), entry.getValue());
      }
    }
  }

  private static FolderContent content(Path folder) throws IOException {
    FolderContent content =
        FolderScan.of(folder, BundleBounds.DEFAULT, Map.of(), (path, relative) -> {});
    if (!content.problems().isEmpty()) {
      throw new IOException(
          "%s cannot be served: %s".formatted(folder, String.join("; ", content.problems())));
    }
    return content;
  }

  /// Copies what would be packed into another folder, over what is there.
  ///
  /// @throws IOException naming everything in the folder that cannot be served
  public static void copy(Path folder, Path into) throws IOException {
    for (var entry : new TreeMap<>(content(folder).entries()).entrySet()) {
      Path target = into.resolve(entry.getKey());
      switch (entry.getValue()) {
        case FolderEntry.Folder() -> Files.createDirectories(target);
        case FolderEntry.Link(String to) -> {
          Files.deleteIfExists(target);
          Files.createSymbolicLink(target, Path.of(to));
        }
        case FolderEntry.File _ -> {
          Files.deleteIfExists(target);
          Files.copy(folder.resolve(entry.getKey()), target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void put(ZipArchiveOutputStream zip, Path folder, String path, FolderEntry what)
      throws IOException {
    switch (what) {
      case FolderEntry.Folder() -> begin(zip, path + "/", FOLDER_MODE);
      case FolderEntry.Link(String target) -> {
        begin(zip, path, LINK_MODE);
        zip.write(target.getBytes(StandardCharsets.UTF_8));
      }
      case FolderEntry.File file -> {
        begin(zip, path, file.executable() ? EXECUTABLE_MODE : FILE_MODE);
        zip.write(Files.readAllBytes(folder.resolve(path)));
      }
    }
    zip.closeArchiveEntry();
  }

  private static void begin(ZipArchiveOutputStream zip, String path, int mode) throws IOException {
    var entry = new ZipArchiveEntry(path);
    entry.setTime(TIME);
    entry.setUnixMode(mode);
    zip.putArchiveEntry(entry);
  }
}
