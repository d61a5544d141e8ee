package org.openlambda.tests.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// `LIMITS.md` promises a number in each row, and each row names the test that holds it.
@Tag("gate")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LimitsTest {
  private static final String FILE = "LIMITS.md";
  private static final String PENDING = "pending";
  private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

  /// More promises without a test than this are too many; lower it when one gets its test.
  private static final int MOST_PENDING = 0;

  private final Tree tree = Tree.read();
  private final Set<String> tests = new HashSet<>();

  LimitsTest() throws IOException {
    for (JavaFile file : tree.java(path -> !path.contains("/src/main/"))) {
      file.methods().forEach(method -> tests.add(method.type() + "." + method.name()));
    }
  }

  /// The cells of every row of every table, head and rule left out.
  private List<List<String>> rows() {
    var rows = new ArrayList<List<String>>();
    for (String line : tree.text(FILE).split("\n")) {
      if (line.startsWith("|") && !line.startsWith("| bound") && !line.startsWith("|--")) {
        rows.add(
            List.of(line.substring(1, line.lastIndexOf('|')).split("\\|")).stream()
                .map(String::strip)
                .toList());
      }
    }
    return rows;
  }

  @Test
  void every_row_has_four_cells() {
    assertThat(rows()).isNotEmpty().allSatisfy(row -> assertThat(row).hasSize(4));
  }

  @Test
  void every_row_names_a_test_that_exists() {
    var wrong = new ArrayList<String>();
    for (List<String> row : rows()) {
      String cell = row.getLast();
      if (cell.equals(PENDING)) {
        continue;
      }
      Matcher names = QUOTED.matcher(cell);
      if (!names.find()) {
        wrong.add(row.getFirst() + ": '" + cell + "' names no test");
      }
      names.reset();
      while (names.find()) {
        if (!exists(names.group(1))) {
          wrong.add(row.getFirst() + ": there is no test " + names.group(1));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  /// `Class.method` of a Java test, `path` of a script, or `path:name` of a function in one.
  private boolean exists(String name) {
    int colon = name.indexOf(':');
    if (colon < 0) {
      return tests.contains(name) || tree.has(name);
    }
    String path = name.substring(0, colon);
    return tree.has(path) && tree.text(path).contains("def " + name.substring(colon + 1) + "(");
  }

  @Test
  void few_promises_wait_for_their_test() {
    List<String> pending =
        rows().stream().filter(row -> row.getLast().equals(PENDING)).map(List::getFirst).toList();
    System.out.printf("%s: %d rows, %d pending%n", FILE, rows().size(), pending.size());
    assertThat(pending).hasSizeLessThanOrEqualTo(MOST_PENDING);
  }
}
