package org.openlambda.control.archive;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.EntryPath;
import org.openlambda.core.bundle.LinkTarget;
import org.openlambda.core.function.Problems;

/// Decides which entries of an archive may become files. Remembers all of an archive's paths: used
/// for one archive, by one thread.
final class EntryJudge {
  private static final int SETUID = 04000;
  private static final int SETGID = 02000;
  private static final int EXECUTABLE = 0111;

  private final BundleBounds bounds;

  /// What lies where so far; folders that only appeared in paths included, as IMPLIED.
  private final Map<String, Place> places = new HashMap<>();

  private enum Place {
    IMPLIED,
    FOLDER,
    FILE,
    LINK
  }

  EntryJudge(BundleBounds bounds) {
    this.bounds = bounds;
  }

  /// The entry as it may be used, or empty and at least one more problem.
  Optional<ArchiveEntry> judge(TarArchiveEntry entry, Problems problems) {
    String path = withoutDots(entry.getName());
    if (path.isEmpty() && entry.isDirectory()) {
      return Optional.of(new ArchiveEntry.Root());
    }
    var fault =
        EntryPath.fault(path, bounds).or(() -> modeFault(entry)).or(() -> ancestorFault(path));
    if (fault.isEmpty()) {
      var judged = byKind(entry, path, problems);
      judged.ifPresent(_ -> enter(entry, path, problems));
      return judged;
    }
    problems.add(EntryPath.quoted(entry.getName()) + " " + fault.get());
    return Optional.empty();
  }

  /// `./a/` and `a` are the same entry; `tar -C folder .` writes the former.
  private static String withoutDots(String name) {
    String path = name;
    while (path.startsWith("./")) {
      path = path.substring(2);
    }
    if (path.equals(".")) {
      return "";
    }
    return path.endsWith("/") && path.length() > 1 ? path.substring(0, path.length() - 1) : path;
  }

  private static Optional<String> modeFault(TarArchiveEntry entry) {
    return (entry.getMode() & (SETUID | SETGID)) == 0 || entry.isDirectory()
        ? Optional.empty()
        : Optional.of("has the setuid or setgid bit");
  }

  /// Notes the folders above `path`, unless one of them is no folder.
  private Optional<String> ancestorFault(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      String ancestor = path.substring(0, slash);
      Place place = places.putIfAbsent(ancestor, Place.IMPLIED);
      if (place == Place.LINK) {
        return Optional.of("lies below the link " + Problems.quote(ancestor));
      }
      if (place == Place.FILE) {
        return Optional.of("lies below the file " + Problems.quote(ancestor));
      }
    }
    return places.size() > bounds.entries()
        ? Optional.of("is one too many: at most %,d are allowed".formatted(bounds.entries()))
        : Optional.empty();
  }

  private void enter(TarArchiveEntry entry, String path, Problems problems) {
    Place place =
        entry.isDirectory() ? Place.FOLDER : entry.isSymbolicLink() ? Place.LINK : Place.FILE;
    Place before = places.put(path, place);
    if (before != null && !(before == Place.IMPLIED && place == Place.FOLDER)) {
      problems.add(EntryPath.quoted(path) + " comes twice");
    }
  }

  private Optional<ArchiveEntry> byKind(TarArchiveEntry entry, String path, Problems problems) {
    if (entry.isSymbolicLink()) {
      var fault = LinkTarget.fault(path, entry.getLinkName());
      fault.ifPresent(text -> problems.add(EntryPath.quoted(path) + " " + text));
      return fault.isPresent()
          ? Optional.empty()
          : Optional.of(new ArchiveEntry.SymbolicLink(path, entry.getLinkName()));
    }
    if (entry.isLink()) {
      return hardLink(entry, path, problems);
    }
    if (entry.isDirectory()) {
      return Optional.of(new ArchiveEntry.Folder(path));
    }
    if (isPlainFile(entry)) {
      return Optional.of(new ArchiveEntry.File(path, (entry.getMode() & EXECUTABLE) != 0));
    }
    problems.add(
        EntryPath.quoted(path)
            + " is "
            + special(entry)
            + "; only files, folders and links can be served");
    return Optional.empty();
  }

  private Optional<ArchiveEntry> hardLink(TarArchiveEntry entry, String path, Problems problems) {
    String file = withoutDots(entry.getLinkName());
    if (places.get(file) == Place.FILE) {
      return Optional.of(new ArchiveEntry.HardLink(path, file));
    }
    problems.add(
        "%s is a hard link to %s, which is no file of the archive before it"
            .formatted(EntryPath.quoted(path), Problems.quote(entry.getLinkName())));
    return Optional.empty();
  }

  private static boolean isPlainFile(TarArchiveEntry entry) {
    byte kind = entry.getLinkFlag();
    boolean plain =
        kind == TarConstants.LF_NORMAL
            || kind == TarConstants.LF_OLDNORM
            || kind == TarConstants.LF_CONTIG;
    return plain && !entry.isSparse();
  }

  private static String special(TarArchiveEntry entry) {
    if (entry.isSparse()) {
      return "a sparse file";
    }
    if (entry.isFIFO()) {
      return "a pipe";
    }
    return entry.isBlockDevice() || entry.isCharacterDevice()
        ? "a device"
        : "of the unknown kind " + entry.getLinkFlag();
  }
}
