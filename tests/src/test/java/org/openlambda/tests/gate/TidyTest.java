package org.openlambda.tests.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What every file of the project promises: size, names, words.
@Tag("gate")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TidyTest {
  private static final int LONGEST_FILE = 400;
  private static final int LONGEST_METHOD = 60;
  private static final int WIDEST = 100;
  private static final int LONGEST_README = 120;
  private static final int MOST_C = 950;

  /// Scripts and tests have long literals that are worse broken.
  private static final int WIDEST_LITERAL = 150;

  private static final Pattern BAD_NAME =
      Pattern.compile(
          "Abstract[A-Z].*|.*(Impl|Manager|Helper|Util|Utils|Common|Base|Data|Info)|I[A-Z][a-z].*");

  private static final Pattern UNFINISHED = Pattern.compile("\\b(TO" + "DO|FIX" + "ME)\\b");
  private static final Pattern TRAILING = Pattern.compile("[ \\t]+$");

  /// Folders that exist on one machine only.
  private static final Pattern MACHINE =
      Pattern.compile("(?<![\\w.*>)}])/(work|root)/|(?<!\\w)/home/[a-z]|/tmp/[b]ash");

  private static final Pattern REGISTRY =
      Pattern.compile(
          "https?://(?!maven\\.apache\\.org/(?:POM|xsd))"
              + "[^/\\s\"']*\\b(maven|pypi|npmjs|artifactory|nexus|proxy|mirror)\\b[^/\\s\"']*");

  /// The wrapper, as its makers ship it, names where Maven comes from.
  private static final Set<String> WRAPPER =
      Set.of("mvnw", "mvnw.cmd", ".mvn/wrapper/maven-wrapper.properties");

  private final Tree tree;
  private final List<JavaFile> java;

  TidyTest() throws IOException {
    tree = Tree.read();
    java = tree.java(_ -> true);
  }

  private static boolean isText(String path) {
    return !path.endsWith(".svg") && !path.endsWith(".json") && !WRAPPER.contains(path);
  }

  private static boolean isTest(String path) {
    return path.endsWith(".java") && path.contains("/src/test/");
  }

  /// The language's own formatter puts tabs there.
  private static boolean isGo(String path) {
    return path.endsWith(".go") || path.endsWith("/go.mod");
  }

  private static boolean isScript(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return path.endsWith(".py") || path.endsWith(".sh") || name.equals("ol") || name.equals("dev");
  }

  /// `path:line: what` for every line of the files that `wrong` finds fault with.
  private List<String> lines(Predicate<String> files, Predicate<String> wrong) {
    var found = new ArrayList<String>();
    for (String path : tree.paths(files)) {
      int number = 0;
      for (String line : tree.text(path).split("\n", -1)) {
        number++;
        if (wrong.test(line)) {
          found.add(path + ":" + number + ": " + line.strip());
        }
      }
    }
    return found;
  }

  private static boolean finds(Pattern pattern, String line) {
    return pattern.matcher(line).find();
  }

  private long lineCount(String path) {
    return tree.text(path).lines().count();
  }

  @Test
  void java_files_are_short() {
    assertThat(tree.paths(path -> path.endsWith(".java") && lineCount(path) > LONGEST_FILE))
        .as("Java files of more than %d lines", LONGEST_FILE)
        .isEmpty();
  }

  @Test
  void methods_are_short() {
    var found = new ArrayList<String>();
    for (JavaFile file : java) {
      for (JavaFile.Method method : file.methods()) {
        if (method.lines() > LONGEST_METHOD) {
          found.add("%s: %s has %d lines".formatted(file.path(), method.name(), method.lines()));
        }
      }
    }
    assertThat(found).as("methods of more than %d lines", LONGEST_METHOD).isEmpty();
  }

  @Test
  void lines_are_narrow() {
    assertThat(
            lines(path -> path.endsWith(".java") && !isTest(path), line -> line.length() > WIDEST))
        .as("lines of more than %d columns", WIDEST)
        .isEmpty();
    assertThat(
            lines(
                path -> isScript(path) || isTest(path) || path.matches(".*\\.[ch]"),
                line -> line.length() > WIDEST_LITERAL))
        .as("lines of more than %d columns", WIDEST_LITERAL)
        .isEmpty();
  }

  @Test
  void names_come_from_the_domain() {
    var found = new ArrayList<String>();
    for (JavaFile file : java) {
      for (String type : file.types()) {
        if (BAD_NAME.matcher(type).matches()) {
          found.add(file.path() + ": " + type);
        }
      }
    }
    assertThat(found).as("names that say nothing").isEmpty();
  }

  @Test
  void every_package_says_what_happens_in_it() {
    Set<String> packages =
        tree.paths(path -> path.endsWith(".java") && !path.contains("/src/test/")).stream()
            .map(path -> path.substring(0, path.lastIndexOf('/')))
            .collect(Collectors.toSet());
    packages.addAll(
        tree.paths(path -> path.startsWith("tests/") && path.endsWith(".java")).stream()
            .map(path -> path.substring(0, path.lastIndexOf('/')))
            .toList());
    var found = new ArrayList<String>();
    for (String folder : packages) {
      String path = folder + "/package-info.java";
      if (!tree.has(path)) {
        found.add(path + " is missing");
      } else if (!tree.text(path).startsWith("/// ")) {
        found.add(path + " does not begin with its documentation");
      } else if (!tree.text(path).contains("@NullMarked\npackage")) {
        found.add(path + " is not @NullMarked");
      }
    }
    assertThat(found).isEmpty();
  }

  @Test
  void nothing_is_left_to_do() {
    assertThat(lines(TidyTest::isText, line -> finds(UNFINISHED, line)))
        .as("unfinished business")
        .isEmpty();
  }

  @Test
  void there_are_no_tabs_and_no_trailing_spaces() {
    assertThat(
            lines(
                path -> isText(path) && !isGo(path),
                line -> line.contains("\t") || finds(TRAILING, line)))
        .as("tabs and trailing spaces")
        .isEmpty();
  }

  @Test
  void nothing_knows_the_machine_it_was_written_on() {
    assertThat(lines(TidyTest::isText, line -> finds(MACHINE, line)))
        .as("paths of one machine")
        .isEmpty();
    assertThat(lines(TidyTest::isText, line -> finds(REGISTRY, line)))
        .as("hosts of registries")
        .isEmpty();
  }

  @Test
  void the_readme_is_short() {
    for (String path : tree.paths("README.md"::equals)) {
      assertThat(lineCount(path)).as("lines of %s", path).isLessThanOrEqualTo(LONGEST_README);
    }
  }

  @Test
  void the_launcher_is_small() {
    long lines =
        tree.paths(path -> path.matches("launcher/src/.*\\.[ch]")).stream()
            .mapToLong(this::lineCount)
            .sum();
    assertThat(lines).as("lines of C in launcher/src").isBetween(1L, (long) MOST_C);
  }
}
