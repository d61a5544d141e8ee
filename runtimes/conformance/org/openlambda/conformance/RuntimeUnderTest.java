package org.openlambda.conformance;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// A language runtime: what starts it, and handlers in its language.
///
/// @param name how test reports call it
/// @param command program and arguments; it finds its link by `OL_LINK_FD`
/// @param bundles a folder with a bundle for each name in `bundles/README.md`
record RuntimeUnderTest(String name, List<String> command, Path bundles) {
  RuntimeUnderTest {
    command = List.copyOf(command);
  }

  /// All runtimes of this repository, or the one that the system properties `conformance.command`
  /// (words, separated by blanks) and `conformance.bundles` (a folder, relative to the root of the
  /// repository) describe.
  static Stream<RuntimeUnderTest> all() {
    String command = System.getProperty("conformance.command");
    return command == null
        ? Stream.of(python())
        : Stream.of(
            new RuntimeUnderTest(
                "given",
                List.of(command.split(" ")),
                Path.of(property("openlambda.root")).resolve(property("conformance.bundles"))));
  }

  private static RuntimeUnderTest python() {
    return new RuntimeUnderTest(
        "python",
        List.of("python3", "-I", "-S", "-E", "-B", root().resolve("python/main.py").toString()),
        root().resolve("conformance/bundles/python"));
  }

  Path bundle(String bundle) {
    return bundles.resolve(bundle);
  }

  /// A command that makes the Unix socket at `socket` the link of this runtime and runs it.
  List<String> connected(Path socket) {
    Path connector = root().resolve("conformance/connect.py");
    return Stream.concat(
            Stream.of("python3", "-I", "-S", connector.toString(), socket.toString()),
            command.stream())
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }

  private static Path root() {
    return Path.of(property("openlambda.root"), "runtimes");
  }

  private static String property(String name) {
    return Objects.requireNonNull(
        System.getProperty(name), () -> "system property " + name + " is missing; set it with -D");
  }
}
