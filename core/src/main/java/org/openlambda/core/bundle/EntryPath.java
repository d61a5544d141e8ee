package org.openlambda.core.bundle;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.openlambda.core.function.Problems;

/// Judges the path of an entry relative to its bundle: `pkg/mod.py`.
public final class EntryPath {
  private EntryPath() {}

  /// What is wrong with `path`, as the end of a sentence that begins with the entry; empty if it
  /// can be served. Nothing that passes leads out of the bundle.
  public static Optional<String> fault(String path, BundleBounds bounds) {
    if (path.isEmpty()) {
      return Optional.of("has an empty name");
    }
    if (path.indexOf('\0') >= 0) {
      return Optional.of("has a NUL in its name");
    }
    if (path.indexOf('\\') >= 0) {
      return Optional.of("has a backslash in its name");
    }
    if (path.indexOf('\uFFFD') >= 0) {
      return Optional.of("has a name that is not UTF-8");
    }
    if (path.startsWith("/")) {
      return Optional.of("has an absolute path; paths must be relative to the bundle");
    }
    int bytes = path.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > bounds.pathBytes()) {
      return Optional.of(
          "has a path of %d bytes; at most %d are allowed".formatted(bytes, bounds.pathBytes()));
    }
    return componentFault(path.split("/", -1), bounds);
  }

  private static Optional<String> componentFault(String[] components, BundleBounds bounds) {
    if (components.length > bounds.depth()) {
      return Optional.of(
          "is %d folders deep; at most %d are allowed"
              .formatted(components.length, bounds.depth()));
    }
    for (String component : components) {
      if (component.isEmpty() || component.equals(".")) {
        return Optional.of("has an empty name or '.' in its path");
      }
      if (component.equals("..")) {
        return Optional.of("has '..' in its path, which leads out of its folder");
      }
      int bytes = component.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > bounds.nameBytes()) {
        return Optional.of(
            "has a name of %d bytes; at most %d are allowed".formatted(bytes, bounds.nameBytes()));
      }
    }
    return Optional.empty();
  }

  /// The entry as messages name it.
  public static String quoted(String path) {
    return "entry " + Problems.quote(path);
  }
}
