package org.openlambda.control.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.bundle.FolderEntry;

/// Writes a folder that was scanned as a tar.gz of which [Archive] and [Unpacker] make a folder of
/// the same digest. Times and owners are zero. Blocks on the disk.
public final class Packer {
  private static final int FILE_MODE = 0100644;
  private static final int EXECUTABLE_MODE = 0100755;
  private static final int FOLDER_MODE = 040755;
  private static final int LINK_MODE = 0120777;

  private Packer() {}

  /// @param content what the folder holds; nothing else is written
  /// @param out not closed
  public static void pack(Path folder, FolderContent content, OutputStream out) throws IOException {
    var gzip = new GZIPOutputStream(out);
    var tar = new TarArchiveOutputStream(gzip, StandardCharsets.UTF_8.name());
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setAddPaxHeadersForNonAsciiNames(true);
    for (Map.Entry<String, FolderEntry> entry : new TreeMap<>(content.entries()).entrySet()) {
      put(tar, folder.resolve(entry.getKey()), entry.getKey(), entry.getValue());
    }
    tar.finish();
    gzip.finish();
  }

  private static void put(TarArchiveOutputStream tar, Path file, String path, FolderEntry what)
      throws IOException {
    switch (what) {
      case FolderEntry.Folder() ->
          begin(tar, new TarArchiveEntry(path + "/", TarConstants.LF_DIR), FOLDER_MODE, 0);
      case FolderEntry.Link(String target) -> {
        var link = new TarArchiveEntry(path, TarConstants.LF_SYMLINK);
        link.setLinkName(target);
        begin(tar, link, LINK_MODE, 0);
      }
      case FolderEntry.File there -> {
        int mode = there.executable() ? EXECUTABLE_MODE : FILE_MODE;
        begin(tar, new TarArchiveEntry(path), mode, there.stamp().size());
        try (var in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
          in.transferTo(tar);
        }
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
