package org.openlambda.tests.gate;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The project's own files: what a person keeps, not what the build makes.
final class Tree {
  /// The root of the project, as the build says.
  static final Path ROOT = Path.of(System.getProperty("openlambda.root", "..")).toAbsolutePath();

  private static final Set<String> MADE =
      Set.of(".git", "target", "__pycache__", ".idea", ".vscode", ".settings");

  /// The text of each file by its path below the root; binary files are not in it.
  private final TreeMap<String, String> files = new TreeMap<>();

  private Tree() {}

  static Tree read() throws IOException {
    var tree = new Tree();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return MADE.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && !MADE.contains(file.getFileName().toString())) {
              tree.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return tree;
  }

  private void add(Path file) throws IOException {
    try {
      files.put(ROOT.relativize(file).toString(), Files.readString(file));
    } catch (MalformedInputException _) {
      // not a text
    }
  }

  boolean has(String path) {
    return files.containsKey(path);
  }

  String text(String path) {
    String text = files.get(path);
    if (text == null) {
      throw new IllegalArgumentException("there is no file " + path + " in the project");
    }
    return text;
  }

  /// Every path, sorted.
  List<String> paths() {
    return List.copyOf(files.keySet());
  }

  /// The paths that `wanted` likes, sorted.
  List<String> paths(Predicate<String> wanted) {
    return files.keySet().stream().filter(wanted).toList();
  }

  /// The Java files that `wanted` likes, parsed.
  List<JavaFile> java(Predicate<String> wanted) throws IOException {
    var texts = new TreeMap<String, String>();
    paths(path -> path.endsWith(".java") && wanted.test(path))
        .forEach(path -> texts.put(path, text(path)));
    return JavaFile.parse(texts);
  }
}
