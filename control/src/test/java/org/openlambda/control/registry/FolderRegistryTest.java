package org.openlambda.control.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.archive.Tar;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.NotUploaded;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;

@Timeout(60)
class FolderRegistryTest {
  private static final FunctionName HELLO = new FunctionName("hello");

  @TempDir Path home;
  private Path root;
  private Path uploads;
  private Path state;
  private FolderRegistry registry;

  @BeforeEach
  void open() throws IOException {
    root = Files.createDirectories(home.resolve("functions"));
    uploads = home.resolve("uploads");
    state = home.resolve("state");
    registry = opened(root);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private FolderRegistry opened(Path... roots) throws IOException {
    return FolderRegistry.open(settings(roots), Time.system());
  }

  private RegistrySettings settings(Path... roots) {
    return new RegistrySettings(
        List.of(roots), uploads, state, RegistrySettings.LimitPair.DEFAULT, ArchiveBounds.DEFAULT);
  }

  private void reopen(Path... roots) throws IOException {
    registry.close();
    registry = opened(roots);
  }

  private Path write(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  private Version found(String name) {
    var lookup = registry.find(new FunctionName(name));
    assertThat(lookup).isInstanceOf(Lookup.Found.class);
    return ((Lookup.Found) lookup).version();
  }

  private List<String> problems(String name) {
    var lookup = registry.find(new FunctionName(name));
    assertThat(lookup).isInstanceOf(Lookup.Broken.class);
    return ((Lookup.Broken) lookup).problems();
  }

  private void install(String name, Tar tar) throws BadBundle, IOException {
    registry.install(new FunctionName(name), new ByteArrayInputStream(tar.gz()));
  }

  private static Tar tar(String code) {
    return new Tar().file("f.py", code);
  }

  @Test
  void a_sub_folder_is_a_function_and_a_file_is_not() throws Exception {
    write("hello/f.py", "x");
    write("README.md", "x");
    write(".hidden/f.py", "x");
    write("__pycache__/f.py", "x");
    reopen(root);

    assertThat(registry.names()).containsExactly(HELLO);
    assertThat(found("hello").code().folder()).isEqualTo(root.toRealPath().resolve("hello"));
    assertThat(registry.find(new FunctionName("README.md"))).isInstanceOf(Lookup.Unknown.class);
    assertThat(registry.find(new FunctionName(".hidden"))).isInstanceOf(Lookup.Unknown.class);
  }

  @Test
  void a_folder_with_an_entry_file_is_itself_the_function() throws Exception {
    write("f.py", "x");
    write("templates/page.html", "x");
    reopen(root);

    assertThat(registry.names()).containsExactly(new FunctionName("functions"));
    var before = found("functions");
    write("templates/page.html", "y");
    assertThat(found("functions")).isNotEqualTo(before);
  }

  @Test
  void names_that_cannot_be_are_skipped_and_reported() throws Exception {
    write("my function/f.py", "x");
    write("hello/f.py", "x");
    Files.write(uploads.resolve("hello.tar.gz"), tar("y").gz());
    reopen(root);

    assertThat(registry.names()).containsExactly(HELLO);
    assertThat(registry.problems())
        .hasSize(2)
        .anyMatch(problem -> problem.contains("'my function' is no function name"))
        .anyMatch(problem -> problem.contains("'hello.tar.gz' is skipped"));
  }

  @Test
  void functions_beyond_the_most_are_skipped_and_reported() throws Exception {
    write("a/f.py", "x");
    write("b/f.py", "x");
    write("c/f.py", "x");

    var listing = Roots.of(List.of(root), uploads, 2).list();

    assertThat(listing.functions()).hasSize(2);
    assertThat(listing.problems()).singleElement().asString().contains("holds 2 functions");
  }

  @Test
  void a_root_that_is_not_there_is_named() {
    assertThatThrownBy(() -> opened(home.resolve("nowhere")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere: there is no such folder");
  }

  @Test
  void the_first_of_several_roots_wins() throws Exception {
    Path second = Files.createDirectories(home.resolve("second/hello"));
    Files.writeString(second.resolve("f.py"), "second");
    write("hello/f.py", "first");
    reopen(root, home.resolve("second"), root);

    assertThat(found("hello").code().folder()).startsWith(root.toRealPath());
    assertThat(registry.problems()).hasSize(1);
  }

  @Test
  void an_unchanged_function_is_answered_from_memory() throws Exception {
    write("hello/f.py", "x");

    assertThat(found("hello")).isSameAs(found("hello"));
  }

  @Test
  void configuration_comes_from_ol_yaml() throws Exception {
    write("hello/f.py", "x");
    write("hello/ol.yaml", "timeout: 5\ntriggers: {cron: [{schedule: '0 * * * *'}]}\n");

    assertThat(found("hello").config().limits().timeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(registry.notes(HELLO)).containsExactly("cron triggers are not run by this version");
    assertThat(registry.notes(new FunctionName("none"))).isEmpty();
  }

  @Test
  void a_broken_function_says_all_that_is_wrong_and_recovers() throws Exception {
    write("hello/f.py", "x");
    write("hello/ol.yaml", "timeout: soon\nprocs: many\n");
    assertThat(problems("hello")).hasSize(2);

    write("hello/ol.yaml", "timeout: 5\n");
    found("hello");
  }

  @Test
  void ol_yaml_must_be_a_file() throws Exception {
    write("hello/f.py", "x");
    Files.createSymbolicLink(root.resolve("hello/ol.yaml"), Path.of("f.py"));

    assertThat(problems("hello")).containsExactly("ol.yaml must be a file, not a folder or a link");
  }

  @Test
  void a_missing_entry_file_is_said_and_where_it_may_be() throws Exception {
    write("hello/inner/f.py", "x");
    write("named/ol.yaml", "environment: {OL_ENTRY_FILE: app.py}");
    write("aws/ol.yaml", "handler: app.main");

    assertThat(problems("hello").getFirst()).contains("there is no f.py", "'inner/f.py'");
    assertThat(problems("named").getFirst()).contains("no file 'app.py'", "OL_ENTRY_FILE");
    write("named/app.py", "x");
    found("named");
    found("aws");
  }

  @Test
  void the_default_limits_are_given_and_the_largest_held() throws Exception {
    write("hello/f.py", "x");

    assertThat(found("hello").config().limits())
        .isEqualTo(RegistrySettings.LimitPair.DEFAULT.defaults());
  }

  @Test
  void an_uploaded_function_is_served_and_survives_a_restart() throws Exception {
    install("hello", tar("one"));
    var version = found("hello");
    assertThat(version.code().folder().resolve("f.py")).hasContent("one");

    reopen(root);
    assertThat(found("hello")).isEqualTo(version);
    assertThat(uploads.resolve("hello.tar.gz")).exists();
  }

  @Test
  void the_same_code_has_the_same_digest_in_a_folder_and_in_an_archive() throws Exception {
    write("one/f.py", "x");
    install("two", tar("x"));

    assertThat(found("two").code().digest()).isEqualTo(found("one").code().digest());
  }

  @Test
  void a_newer_upload_replaces_the_older_and_keeps_the_last_one_on_the_disk() throws Exception {
    for (int number = 0; number < 4; number++) {
      install("hello", tar("number " + number));
      assertThat(found("hello").code().folder().resolve("f.py")).hasContent("number " + number);
    }

    try (var folders = Files.list(state.resolve("unpacked/hello"))) {
      assertThat(folders).hasSize(2);
    }
  }

  @Test
  void an_archive_put_into_the_folder_by_hand_is_served() throws Exception {
    Files.write(root.resolve("hello.tar.gz"), tar("one").gz());
    assertThat(found("hello").code().folder().resolve("f.py")).hasContent("one");

    Files.write(root.resolve("hello.tar.gz"), tar("two").gz());
    assertThat(found("hello").code().folder().resolve("f.py")).hasContent("two");

    Files.delete(root.resolve("hello.tar.gz"));
    assertThat(registry.find(HELLO)).isInstanceOf(Lookup.Unknown.class);
  }

  @Test
  void an_unpacked_folder_that_was_damaged_is_made_anew() throws Exception {
    install("hello", tar("one"));
    Path folder = found("hello").code().folder();
    Files.writeString(folder.resolve("f.py"), "lost in a power cut");

    reopen(root);
    assertThat(found("hello").code().folder().resolve("f.py")).hasContent("one");
  }

  @Test
  void a_bad_upload_changes_nothing() throws Exception {
    install("hello", tar("good"));
    var before = found("hello");

    List<Supplier<Tar>> bad =
        List.of(
            () -> tar("x").file("../evil", "x"),
            () -> tar("x").file("ol.yaml", "memory: lots"),
            () -> new Tar().file("top/f.py", "x"),
            () -> tar("x").file("ol.yaml", "[".repeat(100)));
    for (Supplier<Tar> tar : bad) {
      assertThatThrownBy(() -> install("hello", tar.get())).isInstanceOf(BadBundle.class);
      assertThatThrownBy(() -> install("other", tar.get())).isInstanceOf(BadBundle.class);
    }

    assertThat(found("hello")).isEqualTo(before);
    assertThat(registry.names()).containsExactly(HELLO);
    try (var files = Files.walk(home)) {
      assertThat(files.filter(file -> file.toString().matches(".*(other|evil|part|upload)$")))
          .containsExactly();
    }
  }

  @Test
  void an_upload_larger_than_the_bound_is_refused() throws Exception {
    var bounds =
        new ArchiveBounds(
            Bytes.kibi(1), ArchiveBounds.DEFAULT.bundle(), ArchiveBounds.DEFAULT.ratio());
    var small =
        new RegistrySettings(
            List.of(root), uploads, state, RegistrySettings.LimitPair.DEFAULT, bounds);
    registry.close();
    registry = FolderRegistry.open(small, Time.system());

    assertThatThrownBy(() -> registry.install(HELLO, new ByteArrayInputStream(new byte[2000])))
        .hasMessage("the archive is larger than 1 KiB");
  }

  @Test
  void an_upload_never_hides_a_folder() throws Exception {
    write("hello/f.py", "mine");

    assertThatThrownBy(() -> install("hello", tar("theirs")))
        .isInstanceOf(BadBundle.class)
        .hasMessageContaining("hello is not an uploaded function");
    assertThatThrownBy(() -> install(".dot", tar("x"))).hasMessageContaining("'.'");
  }

  @Test
  void an_uploaded_function_is_removed_with_its_files() throws Exception {
    install("hello", tar("one"));
    found("hello");

    assertThat(registry.remove(HELLO)).isTrue();
    assertThat(registry.remove(HELLO)).isFalse();
    assertThat(registry.find(HELLO)).isInstanceOf(Lookup.Unknown.class);
    assertThat(uploads.resolve("hello.tar.gz")).doesNotExist();
    assertThat(state.resolve("unpacked/hello")).doesNotExist();
  }

  @Test
  void a_folder_of_the_user_is_never_removed() throws Exception {
    write("hello/f.py", "x");

    assertThatThrownBy(() -> registry.remove(HELLO))
        .isInstanceOf(NotUploaded.class)
        .hasMessage(
            "cannot remove hello: it was not uploaded but is hello; whoever owns that can delete"
                + " it");
    found("hello");
  }

  @Test
  void what_a_killed_predecessor_left_is_deleted() throws Exception {
    install("hello", tar("one"));
    registry.close();
    Files.write(uploads.resolve(".hello.1.upload"), "half".getBytes(UTF_8));
    Files.createDirectories(state.resolve("unpacked/.1.part/x"));
    Files.createDirectories(state.resolve("unpacked/gone/x"));
    registry = opened(root);
    registry.close(); // waits for the deletion

    assertThat(uploads.resolve(".hello.1.upload")).doesNotExist();
    assertThat(state.resolve("unpacked")).isDirectoryContaining("glob:**/hello");
    try (var left = Files.list(state.resolve("unpacked"))) {
      assertThat(left).hasSize(1);
    }
  }
}
