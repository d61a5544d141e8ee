package org.openlambda.tests.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `DEPENDENCIES.md` says of everything that is not ours what it is for.
@Tag("gate")
final class DependenciesTest {
  private static final String FILE = "DEPENDENCIES.md";

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<(?:dependency|path)>\\s*<groupId>([^<]+)</groupId>\\s*"
              + "<artifactId>([^<]+)</artifactId>");

  private static final Pattern MANAGED =
      Pattern.compile("<dependencyManagement>.*</dependencyManagement>", Pattern.DOTALL);

  @Test
  void every_dependency_has_its_reason() throws IOException {
    Tree tree = Tree.read();
    Assumptions.assumeTrue(tree.has(FILE), FILE + " is not written yet");
    var missing = new TreeSet<String>();
    for (String pom : tree.paths(path -> path.endsWith("pom.xml"))) {
      String used = MANAGED.matcher(tree.text(pom)).replaceAll("");
      Matcher found = DEPENDENCY.matcher(used);
      while (found.find()) {
        boolean ours = found.group(1).equals("org.openlambda");
        if (!ours && !tree.text(FILE).contains(found.group(2))) {
          missing.add(found.group(2) + " of " + pom);
        }
      }
    }
    assertThat(missing).as("dependencies without a line in %s", FILE).isEmpty();
  }
}
