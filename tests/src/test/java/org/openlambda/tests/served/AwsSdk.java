package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.openlambda.tests.Machine;

/// Builds and runs the programs that use SDKs of other languages than Python. Which versions these
/// are is told by the files that lock them; what is built is in the build's folder.
///
/// @param one the code of a function
/// @param two the same, changed
record AwsSdk(AwsClient client, Path one, Path two) {
  private static final Path BUILT = Machine.ROOT.resolve("target/clients");

  static boolean hasNode() throws InterruptedException {
    try {
      var program = "process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)";
      return new ProcessBuilder("npm", "--version").start().waitFor() == 0
          && new ProcessBuilder("node", "-e", program).start().waitFor() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  String javascript() throws IOException, InterruptedException {
    Path folder = copied("js", "package.json", "package-lock.json", "life.js");
    Path installed = folder.resolve("node_modules/.package-lock.json");
    if (isOlder(installed, folder.resolve("package-lock.json"))) {
      done(folder, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
    }
    return run("node", "--no-warnings", folder.resolve("life.js"));
  }

  String java() throws IOException, InterruptedException {
    Path project = AwsClient.PROGRAMS.resolve("java");
    Path classpath = BUILT.resolve("java.classpath");
    if (isOlder(classpath, project.resolve("pom.xml"))) {
      done(
          Machine.ROOT,
          Machine.ROOT.resolve("mvnw").toString(),
          "-q",
          "-ntp",
          "-f",
          project.toString(),
          "dependency:build-classpath",
          "-Dmdep.outputFile=" + classpath);
    }
    Path program = project.resolve("src/main/java/org/openlambda/clients/Life.java");
    Path java = Path.of(System.getProperty("java.home"), "bin/java");
    return run(
        java.toString(),
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        Files.readString(classpath).strip(),
        program);
  }

  String go() throws IOException, InterruptedException {
    Path program = BUILT.resolve("life-by-go");
    done(AwsClient.PROGRAMS.resolve("go"), "go", "build", "-o", program.toString(), ".");
    return run(program.toString());
  }

  String rust() throws IOException, InterruptedException {
    Path built = BUILT.resolve("rust");
    done(
        AwsClient.PROGRAMS.resolve("rust"),
        "cargo",
        "build",
        "--quiet",
        "--locked",
        "--target-dir",
        built.toString());
    return run(built.resolve("debug/life").toString());
  }

  private String run(Object... command) throws IOException, InterruptedException {
    var words = new ArrayList<String>();
    List.of(command).forEach(word -> words.add(word.toString()));
    words.addAll(List.of(one.toString(), two.toString()));
    return client.run(words);
  }

  private static void done(Path folder, String... command)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  /// Files where something may be built beside them.
  private static Path copied(String language, String... files) throws IOException {
    Path folder = Files.createDirectories(BUILT.resolve(language));
    for (String file : files) {
      Files.copy(
          AwsClient.PROGRAMS.resolve(language).resolve(file),
          folder.resolve(file),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    }
    return folder;
  }

  private static boolean isOlder(Path made, Path from) throws IOException {
    return !Files.exists(made)
        || Files.getLastModifiedTime(made).compareTo(Files.getLastModifiedTime(from)) < 0;
  }
}
