package org.openlambda.core.bundle;

import java.util.Set;
import java.util.regex.Pattern;

/// What lies in folders of code without being code: version control, caches, and what editors drop
/// while they save. It is not hashed, not watched and not counted.
public final class Ignored {
  private static final Set<String> NAMES = Set.of(".git", "__pycache__", "4913", ".DS_Store");
  private static final Pattern DROPPINGS = Pattern.compile(".*~|\\..*\\.sw[a-z]|\\.#.*|#.*#");

  private Ignored() {}

  /// Whether to pass over the entry `name` of the folder `parent` (relative to the bundle, empty
  /// for the bundle itself).
  public static boolean test(String parent, String name) {
    return NAMES.contains(name)
        || DROPPINGS.matcher(name).matches()
        || (name.equals(".cache")
            && (parent.equals("node_modules") || parent.endsWith("/node_modules")));
  }
}
