package org.openlambda.control.archive;

import static org.openlambda.fuzz.Oracle.that;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.units.Bytes;
import org.openlambda.fuzz.Oracle;
import org.openlambda.fuzz.Workshop;

/// An archive that anybody may have made, unpacked for real: refused in sentences, or within its
/// bounds; in either case nothing outside of its folder is touched, and no link leads out.
///
/// Byte 0: whether the rest is the archive itself, a tar to be zipped, or a [TarScript].
public final class ArchiveFuzz {
  private static final int MOST_ENTRIES = 40;
  private static final int DEEPEST = 6;
  private static final long MOST_BYTES = 32 * 1024;
  static final ArchiveBounds BOUNDS =
      new ArchiveBounds(
          Bytes.kibi(64), new BundleBounds(Bytes.kibi(32), MOST_ENTRIES, DEEPEST, 60, 200), 100);

  private static final Path ROOM = Workshop.make("archive");
  private static final Path INSIDE = ROOM.resolve("inside");
  private static final Path CANARY = ROOM.resolve("canary");
  private static final byte[] SONG = "sings".getBytes(StandardCharsets.US_ASCII);

  static {
    try {
      Files.write(CANARY, SONG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ArchiveFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    byte[] archive = archive(input);
    hold(unpacker -> Archive.read(new ByteArrayInputStream(archive), BOUNDS, unpacker));
  }

  /// Unpacks something.
  interface Unpacking {
    void with(Unpacker unpacker) throws BadBundle, IOException;
  }

  /// @throws IOException if the archive is none
  static void hold(Unpacking unpacking) throws IOException {
    Files.createDirectory(INSIDE);
    try {
      unpacking.with(new Unpacker(INSIDE));
      judge();
    } catch (BadBundle bad) {
      Oracle.areProblems(bad.problems());
      judge();
    } finally {
      Workshop.remove(INSIDE);
    }
  }

  private static byte[] archive(byte[] input) {
    byte[] rest = Arrays.copyOfRange(input, 1, input.length);
    return switch (input[0] & 3) {
      case 0 -> rest;
      case 1 -> TarScript.zipped(rest);
      default -> TarScript.zipped(new TarScript(rest).tar());
    };
  }

  private static void judge() throws IOException {
    that(Arrays.equals(Files.readAllBytes(CANARY), SONG), "the canary is dead");
    try (var room = Files.list(ROOM)) {
      that(Set.copyOf(room.toList()).equals(Set.of(INSIDE, CANARY)), "something escaped");
    }
    List<Path> paths = Workshop.below(INSIDE);
    that(paths.size() <= MOST_ENTRIES, "%d entries", paths.size());
    long bytes = 0;
    for (Path path : paths) {
      that(path.getNameCount() <= DEEPEST, "%s is too deep", path);
      bytes += judge(INSIDE.resolve(path));
    }
    // A hard link is counted with its file's size.
    that(bytes <= MOST_BYTES * MOST_ENTRIES, "%d bytes", bytes);
  }

  private static long judge(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      Path target = path.resolveSibling(Files.readSymbolicLink(path));
      that(target.normalize().startsWith(INSIDE), "%s leads out", path);
      that(!Files.exists(path) || path.toRealPath().startsWith(INSIDE), "%s leads out", path);
      return 0;
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    that(Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS), "%s is something else", path);
    int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    that((mode & 07000) == 0, "%s has mode %o", path, mode);
    var permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
    that(!permissions.contains(PosixFilePermission.OTHERS_WRITE), "%s is anyone's", path);
    return Files.size(path);
  }
}
