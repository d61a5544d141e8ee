package org.openlambda.cli.sam;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openlambda.cli.archive.ZipBundle;
import org.openlambda.cli.sam.SamFunction.Source;

/// Packs code, with the packages that its `requirements.txt` asks for: pip installs them beside it,
/// from where pip is configured to find them. Equal code and packages give equal bytes. A folder of
/// its own for what it makes, until it is closed.
final class Build implements AutoCloseable {
  /// The longest that pip may take.
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final int SHOWN_LINES = 10;
  private static final String REQUIREMENTS = "requirements.txt";

  private final Path place;
  private final Duration longest;

  private Build(Path place, Duration longest) {
    this.place = place;
    this.longest = longest;
  }

  /// @param longest that pip may take for one folder
  static Build open(Duration longest) throws IOException {
    return new Build(Files.createTempDirectory("ol-import"), longest);
  }

  /// The zip of a function.
  ///
  /// @throws IOException in one sentence, if it cannot be packed
  byte[] function(SamFunction function) throws IOException, InterruptedException {
    return switch (function.source()) {
      case Source.Zip(Path path) -> Files.readAllBytes(path);
      case Source.Folder(Path path) -> zip(isPlain(path) ? path : staged(path, ""));
      case Source.Inline(String module, String code) -> {
        Path stage = Files.createTempDirectory(place, "inline");
        Files.writeString(stage.resolve(module.replace('/', '_') + ".py"), code);
        yield zip(stage);
      }
    };
  }

  /// The zip of a layer.
  ///
  /// @throws IOException in one sentence, if it cannot be packed
  byte[] layer(SamLayer layer) throws IOException, InterruptedException {
    return zip(layer.built() ? staged(layer.content(), "python") : layer.content());
  }

  /// Whether no packages are asked for.
  private static boolean isPlain(Path folder) throws IOException {
    Path file = folder.resolve(REQUIREMENTS);
    return !Files.isRegularFile(file)
        || Files.readAllLines(file).stream()
            .map(String::strip)
            .allMatch(line -> line.isEmpty() || line.startsWith("#"));
  }

  /// Packages, and over them the code, in a folder below a new one.
  private Path staged(Path folder, String below) throws IOException, InterruptedException {
    Path stage = Files.createTempDirectory(place, "stage");
    Path target = Files.createDirectories(stage.resolve(below));
    if (!isPlain(folder)) {
      install(folder, target);
    }
    ZipBundle.copy(folder, target);
    return stage;
  }

  private byte[] zip(Path folder) throws IOException {
    Path file = Files.createTempFile(place, "code", ".zip");
    ZipBundle.pack(folder, file);
    return Files.readAllBytes(file);
  }

  private void install(Path folder, Path target) throws IOException, InterruptedException {
    Path requirements = folder.resolve(REQUIREMENTS);
    Path said = Files.createTempFile(place, "pip", ".log");
    var words =
        new ArrayList<>(List.of("-m", "pip", "install", "--quiet", "--no-input", "--no-compile"));
    words.addAll(List.of("--disable-pip-version-check", "--root-user-action=ignore", "--upgrade"));
    words.addAll(List.of("--target", target.toString(), "-r", requirements.toString()));
    words.addFirst(python());
    Process pip =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    if (!pip.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS)) {
      pip.descendants().forEach(ProcessHandle::destroyForcibly);
      pip.destroyForcibly().waitFor();
      throw new IOException(
          "pip has not installed %s in %d s, and is ended"
              .formatted(requirements, longest.toSeconds()));
    }
    if (pip.exitValue() != 0) {
      throw new IOException("pip cannot install %s:%n%s".formatted(requirements, last(said)));
    }
  }

  /// The one that runs functions, where it is on this machine too.
  private static String python() {
    String own = "/usr/bin/python3";
    return Files.isExecutable(Path.of(own)) ? own : "python3";
  }

  private static String last(Path said) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(said), StandardCharsets.UTF_8).lines().toList();
    return String.join(
        System.lineSeparator(),
        lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> paths = Files.walk(place)) {
      all = paths.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.delete(path);
    }
  }
}
