package org.openlambda.tests.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Ordinary;

/// Every attack again on a worker of an ordinary user without subordinate ids and without control
/// groups: the weakest that still has walls. What is not defended there is named here, and in
/// `docs/portability.md`.
@Tag("root")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RootlessHostileTest {
  /// Attack → why it may succeed.
  private static final Map<String, String> NOT_DEFENDED =
      Map.of(
          "hunger.spin", "no controller limits CPU",
          "hunger.family_hog", "memory is looked at: there is more between two looks",
          "hunger.kernel_hog", "memory that no process has mapped is not seen");

  private final Verdicts verdicts = new Verdicts("attacks on an ordinary user's worker");

  @AfterAll
  void print() {
    verdicts.print();
  }

  @TestFactory
  Stream<DynamicTest> what_root_contains_an_ordinary_user_contains_but_for_the_list(
      @TempDir Path folder) throws Exception {
    Ordinary.require();
    List<String> lines = attack(folder);
    assertThat(lines).as("attacks made").hasSizeGreaterThan(60);
    return lines.stream()
        .map(line -> line.split("\t", 4))
        .map(part -> DynamicTest.dynamicTest(part[1], () -> judge(part)));
  }

  private void judge(String[] part) {
    boolean contained = (part[0] + "\t").equals(AttackProgram.CONTAINED);
    verdicts.add(part[1], part[2], contained ? part[3] : "NOT DEFENDED: " + part[3]);
    if (!NOT_DEFENDED.containsKey(part[1])) {
      assertThat(contained).as(part[3]).isTrue();
    }
  }

  /// Runs all of them, and returns the verdicts.
  private static List<String> attack(Path folder) throws IOException, InterruptedException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path stage = Ordinary.own(folder.resolve("stage"));
    String home = System.getProperty("openlambda.home");
    var command = new ArrayList<>(Ordinary.user());
    command.addAll(List.of(home + "/libexec/rootless", "--"));
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC"));
    command.addAll(slowly());
    command.addAll(List.of("-Dopenlambda.home=" + home, "-cp", readable(folder)));
    command.addAll(List.of(AttackProgram.class.getName(), stage.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("status; it said: " + said).isZero();
    return said.lines()
        .filter(line ->
            line.startsWith(AttackProgram.CONTAINED) || line.startsWith(AttackProgram.SUCCEEDED))
        .toList();
  }

  /// What this JVM was told of a slow machine, where compiling well costs more than it saves.
  private static List<String> slowly() {
    String factor = System.getProperty("openlambda.slow");
    return factor == null
        ? List.of()
        : List.of("-Dopenlambda.slow=" + factor, "-XX:TieredStopAtLevel=1");
  }

  /// The class path, with copies of jars that only root may read: those in root's home.
  private static String readable(Path folder) throws IOException {
    Path copies = Files.createDirectory(folder.resolve("jars"));
    var path = new ArrayList<String>();
    String whole =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : whole.split(File.pathSeparator)) {
      Path from = Path.of(entry);
      if (Files.isRegularFile(from)) {
        Path to = copies.resolve(path.size() + "-" + from.getFileName());
        path.add(Files.copy(from, to).toString());
      } else {
        path.add(entry);
      }
    }
    return String.join(File.pathSeparator, path);
  }
}
