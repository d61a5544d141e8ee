package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Outcome;

/// Code that is not what it seems: links out of the bundle, in place of the handler or changed
/// after the digest was made.
final class Bundles {
  private static final String LAYER = "bundle store, mount namespace";

  private Bundles() {}

  static List<Attack> attacks() {
    return List.of(
        linked("bundle: handler is /etc/shadow", "f.py", "/etc/shadow"),
        linked("bundle: link to a host folder", "data", "/etc"),
        linked("bundle: link that climbs out", "data", "../../../../etc/passwd"),
        linked("bundle: link to the root of a process", "data", "/proc/1/root"),
        linked("bundle: package is a host folder", "package", "/usr"),
        new Attack("bundle: a pipe in place of the handler", LAYER, Bundles::pipe),
        new Attack("bundle: swapped after the digest", LAYER, Bundles::swapped));
  }

  private static Path code(Stage stage) throws IOException {
    Path folder = Files.createTempDirectory(stage.canary().getParent(), "code");
    Files.writeString(folder.resolve("g.py"), "def f(event): return 'ran'\n");
    return folder;
  }

  private static Attack linked(String name, String file, String target) {
    return new Attack(
        name,
        LAYER,
        stage -> {
          Path folder = code(stage);
          Files.createSymbolicLink(folder.resolve(file), Path.of(target));
          if (!file.equals("f.py")) {
            Files.writeString(folder.resolve("f.py"), "def f(event): return 'ran'\n");
          }
          String how = refused(stage, Stage.version("linked", folder, Limits.DEFAULT, false));
          Files.delete(folder.resolve(file));
          return how;
        });
  }

  /// The version is not run at all: its code is not what it was registered as.
  private static String refused(Stage stage, Version version) throws IOException {
    Outcome outcome = stage.call(version, Map.of());
    assertThat(outcome).isInstanceOf(Outcome.Rejected.class);
    Outcome.Reason reason = ((Outcome.Rejected) outcome).reason();
    assertThat(reason).isEqualTo(Outcome.Reason.CODE_CHANGED);
    stage.assertUnharmed();
    return "not run";
  }

  private static String pipe(Stage stage) throws Exception {
    Path folder = code(stage);
    new ProcessBuilder("mkfifo", folder.resolve("f.py").toString()).start().waitFor();
    Outcome outcome = stage.call(Stage.version("piped", folder, Limits.DEFAULT, false), Map.of());
    assertThat(outcome).isInstanceOf(Outcome.Threw.class);
    assertThat(((Outcome.Threw) outcome).message()).startsWith("there is no f.py");
    stage.assertUnharmed();
    return "left out";
  }

  /// The folder has the digest of harmless code, and then holds a link.
  private static String swapped(Stage stage) throws Exception {
    Path folder = code(stage);
    Path handler = folder.resolve("f.py");
    Files.writeString(handler, "def f(event): return 'harmless'\n");
    Version harmless = Stage.version("swapped", folder, Limits.DEFAULT, false);
    Files.delete(handler);
    Files.createSymbolicLink(handler, Path.of("/etc/shadow"));
    var claimed = new Code(folder, harmless.code().digest());
    String how = refused(stage, Version.latest(harmless.name(), claimed, harmless.config()));
    Files.delete(handler);
    return how;
  }
}
