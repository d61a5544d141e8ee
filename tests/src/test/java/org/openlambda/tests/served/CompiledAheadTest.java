package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Server;

/// Code is compiled before anybody calls it, while there are few enough functions.
@Tag("root")
@Tag("slow")
@Timeout(120)
final class CompiledAheadTest {
  private static final int MOST = 2_000;
  private static final Duration A_WHILE = Duration.ofSeconds(1);

  /// Of all functions alike, so that their code is one bundle.
  private static final String CODE = "def f(event):\n    return 1\n";

  @Test
  void with_more_than_2000_functions_none_is_compiled_ahead(@TempDir Path folder) throws Exception {
    Functions functions = Functions.in(folder.resolve("functions"));
    for (int i = 0; i <= MOST; i++) {
      functions.add("f" + i, CODE);
    }
    Path bundles = folder.resolve("state/worker/bundles");
    try (var _ = Server.start(functions.folder(), folder.resolve("state"))) {
      Eventually.require(() -> bundles(bundles).size(), fetched -> fetched == 1);
      Thread.sleep(A_WHILE);
      assertThat(compiled(bundles)).isEmpty();
      for (String name : List.of("f0", "f1")) {
        Files.delete(functions.folder(name).resolve("f.py"));
        Files.delete(functions.folder(name));
      }
      functions.add("another", CODE + "# with code of its own\n"); // they are 2,000 now
      Eventually.require(() -> compiled(bundles).size(), count -> count == 1);
      assertThat(bundles(bundles)).hasSize(2);
    }
  }

  private static List<Path> bundles(Path store) throws IOException {
    try (Stream<Path> all = Files.list(store)) {
      return all.filter(path -> !path.getFileName().toString().startsWith("new-")).toList();
    }
  }

  private static List<Path> compiled(Path store) throws IOException {
    return bundles(store).stream()
        .filter(bundle -> Files.isDirectory(bundle.resolve("__pycache__")))
        .toList();
  }
}
