package org.openlambda.control.registry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.openlambda.control.config.FunctionFile;
import org.openlambda.core.bundle.Ignored;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Problems;

/// The folders that functions lie in, and which of them a name means: a folder before an archive,
/// an earlier root before a later one. Immutable; looks at the disk each time it is asked.
final class Roots {
  static final String ARCHIVE = ".tar.gz";

  private final List<Root> roots;
  private final int most;

  /// @param isFunction the root is itself one function, named after it
  /// @param isUpload archives here were uploaded
  record Root(Path path, boolean isFunction, boolean isUpload) {
    String name() {
      return String.valueOf(path.getFileName());
    }
  }

  /// What the roots hold.
  record Listing(SortedMap<FunctionName, Source> functions, List<String> problems) {}

  private Roots(List<Root> roots, int most) {
    this.roots = roots;
    this.most = most;
  }

  /// Decides which roots are functions themselves: those with an `f.py` or an `ol.yaml`.
  ///
  /// @param most how many functions are listed
  /// @throws IOException if one is no folder
  static Roots of(List<Path> folders, Path uploads, int most) throws IOException {
    Path upload = Files.createDirectories(uploads).toRealPath();
    var paths = new LinkedHashSet<Path>();
    for (Path folder : folders) {
      if (!Files.isDirectory(folder)) {
        throw new NoSuchFileException(
            "cannot serve the functions of %s: there is no such folder".formatted(folder));
      }
      paths.add(folder.toRealPath());
    }
    paths.add(upload);
    return new Roots(
        paths.stream().map(path -> new Root(path, isFunction(path), path.equals(upload))).toList(),
        most);
  }

  private static boolean isFunction(Path folder) {
    return Files.exists(folder.resolve(EntryCheck.DEFAULT_FILE))
        || Files.exists(folder.resolve(FunctionFile.NAME));
  }

  /// Those that hold functions.
  List<Root> withFunctions() {
    return roots.stream().filter(root -> !root.isFunction()).toList();
  }

  /// The names whose meaning the entry `child` of a root may change.
  static List<FunctionName> namesOf(String child) {
    String stem =
        child.endsWith(ARCHIVE) ? child.substring(0, child.length() - ARCHIVE.length()) : child;
    return Stream.of(child, stem)
        .distinct()
        .filter(name -> !isPassedOver(child) && FunctionName.isValid(name))
        .map(FunctionName::new)
        .toList();
  }

  private static boolean isPassedOver(String child) {
    return child.startsWith(".") || child.equals("node_modules") || Ignored.test("", child);
  }

  /// What `name` means now: a few stat(2).
  Optional<Source> locate(FunctionName name) {
    for (Root root : roots) {
      if (root.isFunction() && root.name().equals(name.text())) {
        return Optional.of(new Source.Folder(root.path()));
      }
    }
    for (Root root : withFunctions()) {
      Path folder = root.path().resolve(name.text());
      if (!isPassedOver(name.text()) && Files.isDirectory(folder)) {
        return Optional.of(new Source.Folder(folder));
      }
    }
    for (Root root : withFunctions()) {
      Path archive = root.path().resolve(name + ARCHIVE);
      if (!isPassedOver(name + ARCHIVE)
          && Files.isRegularFile(archive, LinkOption.NOFOLLOW_LINKS)) {
        return Optional.of(new Source.Archive(archive, root.isUpload()));
      }
    }
    return Optional.empty();
  }

  /// All that the roots hold, by name only: one stat(2) an entry. A root that has vanished is
  /// empty.
  Listing list() throws IOException {
    var functions = new TreeMap<FunctionName, Source>();
    var problems = new Problems();
    List<Source.Archive> archives = new ArrayList<>();
    for (Root root : roots) {
      if (root.isFunction()) {
        enter(new Source.Folder(root.path()), root.name(), functions, problems);
      } else if (Files.isDirectory(root.path())) {
        list(root, functions, archives, problems);
      }
    }
    for (Source.Archive archive : archives) {
      String file = String.valueOf(archive.path().getFileName());
      enter(archive, file.substring(0, file.length() - ARCHIVE.length()), functions, problems);
    }
    return new Listing(functions, problems.list());
  }

  private void list(
      Root root,
      SortedMap<FunctionName, Source> functions,
      List<Source.Archive> archives,
      Problems problems)
      throws IOException {
    try (var children = Files.newDirectoryStream(root.path())) {
      for (Path child : children) {
        String name = String.valueOf(child.getFileName());
        if (isPassedOver(name)) {
          continue;
        }
        if (Files.isDirectory(child)) {
          enter(new Source.Folder(child), name, functions, problems);
        } else if (name.endsWith(ARCHIVE)
            && Files.isRegularFile(child, LinkOption.NOFOLLOW_LINKS)) {
          archives.add(new Source.Archive(child, root.isUpload()));
        }
      }
    }
  }

  private void enter(
      Source source, String name, SortedMap<FunctionName, Source> functions, Problems problems) {
    String what = Problems.quote(String.valueOf(source.path().getFileName()));
    if (!FunctionName.isValid(name)) {
      problems.add(
          "%s is skipped, as %s is no function name: use 1 to %d letters, digits, '.', '_' or '-'"
              .formatted(what, Problems.quote(name), FunctionName.LONGEST));
    } else if (functions.size() >= most) {
      problems.add("%s is skipped: a registry holds %,d functions".formatted(what, most));
    } else if (functions.putIfAbsent(new FunctionName(name), source) != null) {
      problems.add("%s is skipped, as there is another function %s".formatted(what, name));
    }
  }
}
