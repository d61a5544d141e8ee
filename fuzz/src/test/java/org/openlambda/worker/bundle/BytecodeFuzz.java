package org.openlambda.worker.bundle;

import static org.openlambda.fuzz.Oracle.that;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.openlambda.core.function.Digest;
import org.openlambda.fuzz.Oracle;
import org.openlambda.fuzz.Workshop;

/// What a sandbox may send as compiled files: byte 0 says how it is cut into pieces. Whatever it
/// is, nothing changes but `__pycache__/*.pyc` beside a source of the bundle.
public final class BytecodeFuzz {
  private static final Path ROOM = Workshop.make("bytecode");
  private static final Path BUNDLE = ROOM.resolve("bundle");
  private static final Set<Path> FILES = lay();

  private BytecodeFuzz() {}

  private static Set<Path> lay() {
    try {
      Files.createDirectories(BUNDLE.resolve("pkg/deep"));
      Files.createDirectory(ROOM.resolve("outside"));
      for (String source : new String[] {"f.py", "pkg/m.py", "pkg/deep/n.py", "pkg/new.py"}) {
        Files.createFile(BUNDLE.resolve(source));
      }
      Files.createSymbolicLink(BUNDLE.resolve("alias"), Path.of("pkg"));
      Files.createSymbolicLink(BUNDLE.resolve("out"), Path.of("../outside"));
      Files.createSymbolicLink(BUNDLE.resolve("linked.py"), Path.of("f.py"));
      Files.createFile(ROOM.resolve("outside/x.py"));
      return Set.copyOf(Workshop.below(ROOM));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    var bytecode = new Bytecode(new Bundle(new Digest("0".repeat(64)), BUNDLE, 1, 1));
    int step = 1 + Byte.toUnsignedInt(input[0]);
    String refusal = "";
    try {
      for (int at = 1; at < input.length; at += step) {
        bytecode.write(Arrays.copyOfRange(input, at, Math.min(input.length, at + step)));
      }
    } catch (IOException refused) {
      refusal = String.valueOf(refused.getMessage());
    }
    Set<Path> made =
        Workshop.below(ROOM).stream()
            .filter(path -> !FILES.contains(path))
            .collect(Collectors.toSet());
    try {
      judge(made, bytecode.files());
      if (!refusal.isEmpty()) {
        Oracle.isSentence(refusal);
      }
    } finally {
      for (Path path : made) {
        Workshop.remove(ROOM.resolve(path));
      }
    }
  }

  private static void judge(Set<Path> made, int stored) {
    int files = 0;
    for (Path path : made) {
      Path cache = path.endsWith("__pycache__") ? path : path.resolveSibling("").normalize();
      that(cache.endsWith("__pycache__"), "%s was made", path);
      that(path.startsWith("bundle"), "%s was made outside of the bundle", path);
      if (!path.equals(cache)) {
        files++;
        String name = path.getFileName().toString();
        Path source = cache.resolveSibling(name.replaceAll("\\.[^.]*\\.pyc$", ".py"));
        that(name.endsWith(".pyc") && FILES.contains(source), "%s was made", path);
        that(
            Files.isRegularFile(ROOM.resolve(path), LinkOption.NOFOLLOW_LINKS),
            "%s is no file",
            path);
      }
    }
    that(files <= stored, "%d files of %d stored", files, stored);
  }
}
