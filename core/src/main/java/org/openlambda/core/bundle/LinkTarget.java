package org.openlambda.core.bundle;

import java.util.Optional;
import org.openlambda.core.function.Problems;

/// Judges where a symbolic link of a bundle leads.
///
/// Only leading `..` are accepted: after a named component, which may itself be a link, `..` does
/// not lead where the text suggests (path_resolution(7)), so `a/..` is refused even where it looks
/// harmless. With that rule, and every link in a real folder of the bundle, no chain of links
/// leaves it.
public final class LinkTarget {
  private LinkTarget() {}

  /// What is wrong with the link at `path` (relative to the bundle) to `target`, as the end of a
  /// sentence that begins with the entry; empty if it stays inside.
  public static Optional<String> fault(String path, String target) {
    if (target.isEmpty() || target.indexOf('\0') >= 0 || target.indexOf('\uFFFD') >= 0) {
      return Optional.of("is a link whose target is no path");
    }
    if (target.startsWith("/")) {
      return Optional.of(
          "is a link to the absolute path " + Problems.quote(target) + ", outside of the bundle");
    }
    int parents = path.split("/", -1).length - 1;
    boolean named = false;
    for (String component : target.split("/", -1)) {
      if (component.isEmpty() || component.equals(".")) {
        continue;
      }
      if (!component.equals("..")) {
        named = true;
      } else if (named) {
        return Optional.of(
            "is a link to %s; '..' is allowed only at the start of a link's target"
                .formatted(Problems.quote(target)));
      } else if (--parents < 0) {
        return Optional.of("is a link to " + Problems.quote(target) + ", outside of the bundle");
      }
    }
    return Optional.empty();
  }
}
