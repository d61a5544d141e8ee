package org.openlambda.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The entry `compile`. A runtime without such a step answers with an empty body, and passes.
final class CompileTest extends ConformanceTest {
  private static final Map<String, ?> COMPILE = Map.of("entry", Map.of("kind", "compile"));

  CompileTest(RuntimeUnderTest runtime) {
    super(runtime);
  }

  private Map<String, byte[]> compiled(Path bundle) throws Exception {
    var runtime = start(bundle).specialise(COMPILE);
    Call call = runtime.call("");
    assertThat(call.failed()).isFalse();
    assertThat(runtime.logSoFar()).as("what the bundle printed").isEmpty();
    Map<String, byte[]> files = new LinkedHashMap<>();
    ByteBuffer rest = ByteBuffer.wrap(call.body());
    while (rest.hasRemaining()) {
      byte[] path = new byte[Short.toUnsignedInt(rest.getShort())];
      rest.get(path);
      byte[] file = new byte[rest.getInt()];
      rest.get(file);
      assertThat(files.put(new String(path, StandardCharsets.UTF_8), file)).isNull();
    }
    return files;
  }

  @Test
  void R12_every_source_is_compiled_none_is_run_and_paths_stay_in_the_bundle() throws Exception {
    Map<String, byte[]> files = compiled(bundle("sources"));
    assertThat(files.keySet())
        .allSatisfy(path -> {
          assertThat(path).doesNotStartWith("/").doesNotContain("unfinished", "notes");
          assertThat(path.split("/", -1)).doesNotContain("", ".", "..");
        });
    assertThat(files.size()).isIn(0, 2);
    assertThat(files.values()).allSatisfy(file -> assertThat(file).isNotEmpty());
  }

  @Test
  void R12_compiled_files_are_where_the_language_looks_and_stand_for_their_sources(
      @TempDir Path folder) throws Exception {
    Map<String, byte[]> files = compiled(bundle("sources"));
    copy(bundle("sources"), folder, !files.isEmpty());
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      Files.write(path, file.getValue());
    }
    assertThat(start(folder).specialise().call("").text()).isEqualTo("\"compiled\"");
  }

  @Test
  void R12_a_bundle_without_sources_has_an_empty_answer() throws Exception {
    assertThat(compiled(bundle("empty"))).isEmpty();
  }

  /// @param hollow whether to damage the copies, so that nothing can be loaded from them
  private static void copy(Path from, Path to, boolean hollow) throws IOException {
    List<Path> paths;
    try (var walk = Files.walk(from)) {
      paths = walk.filter(Files::isRegularFile).toList();
    }
    for (Path path : paths) {
      Path copy = to.resolve(from.relativize(path).toString());
      Files.createDirectories(copy.getParent());
      Files.writeString(copy, hollow ? "this is not (a program" : Files.readString(path));
    }
  }
}
