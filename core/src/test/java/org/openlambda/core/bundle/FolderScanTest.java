package org.openlambda.core.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.core.function.Digest;
import org.openlambda.core.units.Bytes;

class FolderScanTest {
  private static final BundleBounds SMALL = new BundleBounds(Bytes.kibi(1), 10, 5, 100, 150);

  @TempDir Path folder;

  private FolderContent scan() throws IOException {
    return FolderScan.of(folder, SMALL, Map.of(), (_, _) -> {});
  }

  private Path write(String path, String content) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, content);
  }

  @Test
  void the_digest_is_the_documented_one() throws Exception {
    write("b.py", "x");
    Files.createDirectory(folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("l"), Path.of("b.py"));
    write("run", "y").toFile().setExecutable(true);

    var sha = FileDigest.sha256();
    sha.update(bytes('d', "a"));
    sha.update(bytes('f', "b.py"));
    sha.update(hash("x"));
    sha.update(bytes('l', "l"));
    sha.update(new byte[] {0, 0, 0, 4, 'b', '.', 'p', 'y'});
    sha.update(bytes('x', "run"));
    sha.update(hash("y"));

    assertThat(scan().digest()).isEqualTo(FileDigest.digest(sha));
  }

  private static byte[] bytes(char kind, String path) {
    byte[] bytes = new byte[5 + path.length()];
    bytes[0] = (byte) kind;
    bytes[4] = (byte) path.length();
    for (int i = 0; i < path.length(); i++) {
      bytes[5 + i] = (byte) path.charAt(i);
    }
    return bytes;
  }

  private static byte[] hash(String content) {
    var sha = FileDigest.sha256();
    return sha.digest(content.getBytes(UTF_8));
  }

  @Test
  void content_names_kinds_and_the_executable_bit_change_the_digest() throws Exception {
    var seen = new ArrayList<>(List.of(scan().digest()));
    Path file = write("f.py", "one");
    seen.add(scan().digest());
    Files.writeString(file, "two");
    seen.add(scan().digest());
    assertThat(file.toFile().setExecutable(true)).isTrue();
    seen.add(scan().digest());
    Files.move(file, folder.resolve("g.py"));
    seen.add(scan().digest());
    Files.createDirectory(folder.resolve("empty"));
    seen.add(scan().digest());

    assertThat(seen).doesNotHaveDuplicates();
  }

  @Test
  void times_do_not_change_the_digest() throws Exception {
    Path file = write("f.py", "one");
    var before = scan().digest();
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));

    assertThat(scan().digest()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".git/config",
        "__pycache__/f.pyc",
        "pkg/__pycache__/f.pyc",
        "node_modules/.cache/x",
        "f.py~",
        ".f.py.swp",
        "4913",
        ".#f.py"
      })
  void what_is_no_code_is_not_seen(String path) throws Exception {
    write("f.py", "x");
    Files.createDirectories(folder.resolve("pkg"));
    Files.createDirectories(folder.resolve("node_modules"));
    var before = scan();
    write(path, "y");

    assertThat(scan()).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "l, /etc/passwd, absolute path",
    "l, ../x, outside of the bundle",
    "l, a/../../x, only at the start",
    "sub/l, ../../x, outside of the bundle"
  })
  void a_link_out_is_a_problem(String path, String target, String problem) throws Exception {
    Files.createDirectories(folder.resolve("sub"));
    Files.createSymbolicLink(folder.resolve(path), Path.of(target));

    assertThat(scan().problems()).singleElement().asString().contains(problem, "'" + path + "'");
  }

  @Test
  void a_link_inside_is_not_followed() throws Exception {
    write("sub/f.py", "x");
    Files.createSymbolicLink(folder.resolve("sub/self"), Path.of("../sub"));

    var content = scan();

    assertThat(content.problems()).isEmpty();
    assertThat(content.entries()).containsOnlyKeys("sub", "sub/f.py", "sub/self");
  }

  @Test
  void a_socket_is_a_problem() throws Exception {
    try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(folder.resolve("s")));

      assertThat(scan().problems()).singleElement().asString().contains("'s' is a socket");
    }
  }

  @Test
  void too_much_content_is_a_problem() throws Exception {
    write("a", "x".repeat(1024));
    assertThat(scan().problems()).isEmpty();
    write("b", "x");

    assertThat(scan().problems()).singleElement().asString().contains("larger than 1 KiB");
  }

  @Test
  void too_many_entries_are_a_problem() throws Exception {
    for (int i = 0; i < 10; i++) {
      write("f" + i, "");
    }
    assertThat(scan().problems()).isEmpty();
    write("one-more", "");

    assertThat(scan().problems()).singleElement().asString().contains("more than 10 files");
  }

  @Test
  void too_deep_a_folder_is_a_problem() throws Exception {
    write("a/b/c/d/e/f", "");

    assertThat(scan().problems()).singleElement().asString().contains("6 folders deep");
  }

  @Test
  void too_long_names_are_a_problem() throws Exception {
    write("n".repeat(101), "");
    write("p".repeat(90) + "/" + "p".repeat(90), "");

    assertThat(scan().problems())
        .hasSize(2)
        .anyMatch(problem -> problem.contains("a name of 101 bytes"))
        .anyMatch(problem -> problem.contains("a path of 181 bytes"));
  }

  @Test
  void a_folder_that_is_not_there_is_an_exception() {
    assertThatThrownBy(() -> FolderScan.of(folder.resolve("none"), SMALL, Map.of(), (_, _) -> {}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void a_file_that_was_hashed_long_after_its_last_change_is_not_read_again() throws Exception {
    var file =
        new FolderEntry.File(false, hashed("old"), FileStatus.of(write("f", "new")).stamp(), true);

    var trusting = FolderScan.of(folder, SMALL, Map.of("f", file), (_, _) -> {});
    var racy = new FolderEntry.File(file.executable(), file.digest(), file.stamp(), false);
    var reading = FolderScan.of(folder, SMALL, Map.of("f", racy), (_, _) -> {});

    assertThat(trusting.entries().get("f")).isEqualTo(file);
    assertThat(reading.digest()).isEqualTo(scan().digest());
    assertThat(reading.entries().get("f"))
        .isInstanceOfSatisfying(
            FolderEntry.File.class,
            read -> assertThat(read.trusted()).as("it changed just now").isFalse());
  }

  private static Digest hashed(String content) {
    return FileDigest.of(content.getBytes(UTF_8));
  }

  @Test
  void every_folder_is_announced_before_it_is_listed() throws Exception {
    write("a/b/f", "");
    List<String> announced = new ArrayList<>();

    FolderScan.of(
        folder,
        SMALL,
        Map.of(),
        (path, relative) -> {
          assertThat(path).isEqualTo(relative.isEmpty() ? folder : folder.resolve(relative));
          announced.add(relative);
        });

    assertThat(announced).containsExactly("", "a", "a/b");
  }

  @Test
  void the_default_bounds_are_those_of_the_documentation() {
    assertThat(BundleBounds.DEFAULT)
        .isEqualTo(new BundleBounds(Bytes.mebi(250), 20_000, 40, 255, 1024));
  }
}
