package org.openlambda.control.registry;

import java.util.Optional;
import org.openlambda.core.bundle.FolderContent;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.Problems;

/// Whether what is to be called is in the bundle. Only OpenLambda's entry file is looked for: where
/// `module.function` lies is for the language to say.
final class EntryCheck {
  /// OpenLambda's entry file when nothing names another.
  static final String DEFAULT_FILE = "f.py";

  private static final String VARIABLE = "OL_ENTRY_FILE";

  private EntryCheck() {}

  /// What is wrong, as one sentence.
  static Optional<String> fault(FunctionConfig config, FolderContent content) {
    return switch (config.entry()) {
      case Entry.Handler _ -> Optional.empty();
      case Entry.OpenLambda() -> {
        String file = config.environment().getOrDefault(VARIABLE, DEFAULT_FILE);
        yield isThere(file, content) ? Optional.empty() : Optional.of(missing(file, content));
      }
    };
  }

  private static boolean isThere(String file, FolderContent content) {
    return content.hasFileOrLink(file.startsWith("./") ? file.substring(2) : file);
  }

  private static String missing(String file, FolderContent content) {
    String what =
        file.equals(DEFAULT_FILE)
            ? "there is no f.py, and ol.yaml names no other entry (handler, or environment."
                + VARIABLE
                + ")"
            : "there is no file "
                + Problems.quote(file)
                + ", which environment."
                + VARIABLE
                + " names";
    return oneDown(file, content)
        .map(path ->
            what
                + "; "
                + Problems.quote(path)
                + " is one folder down: the function's files must be at the top")
        .orElse(what);
  }

  private static Optional<String> oneDown(String file, FolderContent content) {
    return content.entries().keySet().stream()
        .filter(path -> path.endsWith("/" + file))
        .filter(path -> path.indexOf('/') == path.length() - file.length() - 1)
        .sorted()
        .findFirst();
  }
}
