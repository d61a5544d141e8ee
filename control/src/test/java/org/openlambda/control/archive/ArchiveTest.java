package org.openlambda.control.archive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.units.Bytes;

@Timeout(60)
class ArchiveTest {
  private static final ArchiveBounds SMALL =
      new ArchiveBounds(Bytes.mebi(4), new BundleBounds(Bytes.mebi(8), 100, 10, 255, 1024), 1000);

  @TempDir Path folder;

  static Stream<Arguments> attacks() {
    return Stream.of(
        attack("climbs out", tar().file("../evil", "x"), "'..' in its path"),
        attack("climbs out later", tar().file("a/../../evil", "x"), "'..' in its path"),
        attack("climbs by a folder", tar().folder("../evil/"), "'..' in its path"),
        attack("is absolute", tar().file("/etc/passwd", "x"), "an absolute path"),
        attack("is absolute twice", tar().file("//etc/passwd", "x"), "an absolute path"),
        attack("has a backslash", tar().file("..\\evil", "x"), "a backslash"),
        attack("has an empty name", tar().file("a//b", "x"), "an empty name"),
        attack("has no name", tar().file("", "x"), "an empty name"),
        attack("has a dot inside", tar().file("a/./b", "x"), "'.' in its path"),
        attack("is a NUL in pax", pax("path", "a\0b"), "NUL"),
        attack("links to /", tar().symbolicLink("l", "/etc"), "absolute path '/etc'"),
        attack("links out", tar().symbolicLink("l", "../x"), "outside of the bundle"),
        attack("links out below", tar().symbolicLink("a/l", "../../x"), "outside of the bundle"),
        attack("links round", tar().symbolicLink("l", "a/../../x"), "only at the start"),
        attack("links nowhere", tar().symbolicLink("l", ""), "no path"),
        attack("hard-links out", tar().hardLink("l", "../../etc/shadow"), "is no file of"),
        attack("hard-links to /", tar().hardLink("l", "/etc/shadow"), "is no file of"),
        attack("hard-links a link", linked().hardLink("h", "l"), "is no file of"),
        attack("hides below a link", linked().file("l/evil", "x"), "below the link 'l'"),
        attack("hides below a file", tar().file("f", "").file("f/evil", "x"), "below the file"),
        attack("replaces a link", linked().file("l", "x"), "comes twice"),
        attack("comes twice", tar().file("f", "a").file("./f", "b"), "comes twice"),
        attack("links over a folder", tar().file("a/f", "").symbolicLink("a", "b"), "twice"),
        attack("is a pipe", tar().special("p", TarConstants.LF_FIFO, ""), "is a pipe"),
        attack("is a disk", tar().special("d", TarConstants.LF_BLK, ""), "is a device"),
        attack("is a terminal", tar().special("d", TarConstants.LF_CHR, ""), "is a device"),
        attack("is sparse", tar().special("s", (byte) 'S', ""), "sparse"),
        attack("is of no kind", tar().special("k", (byte) 'Z', ""), "unknown kind"),
        attack("is setuid", tar().file("s", new byte[1], 0104755), "setuid"),
        attack("is setgid", tar().file("s", new byte[1], 0102755), "setuid or setgid"),
        attack("is too deep", tar().file("d/".repeat(10) + "f", ""), "11 folders deep"),
        attack("has a long name", tar().file("n".repeat(256), ""), "a name of 256 bytes"),
        attack("has a long path", tar().file("pp/".repeat(400), ""), "a path of 1199 bytes"),
        attack("has 101 entries", many(101), "more than 100 entries"),
        attack("implies 101 folders", folders(11), "one too many"),
        attack("is large", tar().file("f", noise(8 << 20), 0644), "than 4,194,304 bytes"),
        attack("unpacks to much", tar().file("f", text(9 << 20), 0644), "more than 8 MiB"),
        attack("is a bomb", Tar.gz(new byte[40 << 20]), "a bomb"),
        attack("has a huge header", hugeName(), "1 MiB of headers"),
        attack("is cut short", cut(good(), 40), "truncated"),
        attack("is cut in the zip", cut(good(), good().length - 6), "truncated"),
        attack("lost its checksum", broken(good()), "not a tar.gz"),
        attack("has a tail", joined(good(), "tail".getBytes(UTF_8)), "not a tar.gz"),
        attack("has a tail inside", Tar.gz(joined(goodTar(), text(700))), "follows the end"),
        attack("is no gzip", "hello".getBytes(UTF_8), "not a tar.gz"),
        attack("is no tar", Tar.gz("hello".repeat(500).getBytes(UTF_8)), "not a tar.gz"),
        attack("is nothing", new byte[0], "not a tar.gz"),
        attack("is empty", Tar.gz(new byte[1024]), "the archive is empty"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void an_archive_is_refused_that(String what, byte[] archive, String problem) throws Exception {
    var thrown =
        catchThrowableOfType(
            BadBundle.class,
            () -> Archive.read(new ByteArrayInputStream(archive), SMALL, new Unpacker(folder)));

    assertThat(thrown).as(what).isNotNull();
    assertThat(thrown.problems()).as(what).anyMatch(said -> said.contains(problem));
    try (var beside = Files.list(folder.toAbsolutePath().getParent())) {
      assertThat(beside.filter(path -> path.endsWith("evil"))).isEmpty();
    }
  }

  @Test
  void a_good_archive_becomes_files_folders_and_links() throws Exception {
    byte[] archive =
        tar()
            .folder("./")
            .file("./f.py", "def f(event): return 1\n")
            .folder("pkg/")
            .file("pkg/run.sh", new byte[3], 0100755)
            .file("deep/er/data", "d")
            .folder("deep/")
            .symbolicLink("deep/link", "../pkg/run.sh")
            .hardLink("pkg/again", "./f.py")
            .file("n".repeat(200) + "ü", "long")
            .gz();

    Archive.read(new ByteArrayInputStream(archive), SMALL, new Unpacker(folder));

    assertThat(folder.resolve("f.py")).content().isEqualTo("def f(event): return 1\n");
    assertThat(folder.resolve("f.py").toFile().canExecute()).isFalse();
    assertThat(folder.resolve("pkg/run.sh")).isExecutable().hasSize(3);
    assertThat(folder.resolve("deep/er/data")).hasContent("d");
    assertThat(Files.readSymbolicLink(folder.resolve("deep/link"))).hasToString("../pkg/run.sh");
    assertThat(folder.resolve("pkg/again")).hasSameBinaryContentAs(folder.resolve("f.py"));
    assertThat(folder.resolve("n".repeat(200) + "ü")).hasContent("long");
  }

  @Test
  void an_archive_in_several_gzip_members_is_read() throws Exception {
    byte[] tar = goodTar();
    byte[] archive =
        joined(Tar.gz(Arrays.copyOf(tar, 700)), Tar.gz(Arrays.copyOfRange(tar, 700, tar.length)));

    Archive.read(new ByteArrayInputStream(archive), SMALL, new Unpacker(folder));

    assertThat(folder.resolve("f.py")).exists();
  }

  @Test
  void all_problems_are_named_and_nothing_is_taken_after_the_first() throws Exception {
    byte[] archive =
        tar().file("ok", "x").file("../a", "x").file("/b", "x").file("after", "x").gz();

    assertThatThrownBy(
            () -> Archive.read(new ByteArrayInputStream(archive), SMALL, new Unpacker(folder)))
        .isInstanceOfSatisfying(BadBundle.class, bad -> assertThat(bad.problems()).hasSize(2))
        .hasMessageContainingAll("'../a'", "'/b'");
    assertThat(folder.resolve("ok")).exists();
    assertThat(folder.resolve("after")).doesNotExist();
  }

  @Test
  void no_more_than_twenty_problems_are_named() {
    var tar = tar();
    for (int i = 0; i < 60; i++) {
      tar.file("../" + i, "x");
    }
    byte[] archive = tar.gz();

    var thrown =
        catchThrowableOfType(
            BadBundle.class,
            () -> Archive.read(new ByteArrayInputStream(archive), SMALL, EntryConsumer.NOTHING));

    assertThat(thrown.problems()).hasSize(21);
  }

  @Test
  void the_default_bounds_are_those_of_the_documentation() {
    assertThat(ArchiveBounds.DEFAULT.bundle())
        .isEqualTo(new BundleBounds(Bytes.mebi(250), 20_000, 40, 255, 1024));
    assertThat(ArchiveBounds.DEFAULT.ratio()).isEqualTo(1000);
  }

  @Test
  void a_source_that_fails_is_no_bad_archive() throws Exception {
    InputStream source = InputStream.nullInputStream();
    source.close();

    assertThatThrownBy(() -> Archive.read(source, SMALL, EntryConsumer.NOTHING))
        .isExactlyInstanceOf(IOException.class)
        .hasMessage("Stream closed");
  }

  @Test
  void a_disk_that_fails_is_no_bad_archive() {
    assertThatThrownBy(() ->
            Archive.read(
                new ByteArrayInputStream(good()),
                SMALL,
                new Unpacker(folder.resolve("f.py").resolve("\u0001".repeat(300)))))
        .isInstanceOf(IOException.class);
  }

  @Test
  void damaged_archives_never_do_more_than_be_refused() throws Exception {
    byte[] tar = tar().file("f.py", "x").symbolicLink("l", "f.py").file("a/b", "y").plain();
    var random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      byte[] damaged = tar.clone();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        damaged[random.nextInt(1600)] = (byte) random.nextInt(256);
      }
      fixChecksums(damaged);
      try {
        Archive.read(new ByteArrayInputStream(Tar.gz(damaged)), SMALL, EntryConsumer.NOTHING);
      } catch (BadBundle e) {
        assertThat(e.problems()).isNotEmpty();
      }
    }
  }

  private static Arguments attack(String what, Tar tar, String problem) {
    return attack(what, tar.gz(), problem);
  }

  private static Arguments attack(String what, byte[] archive, String problem) {
    return arguments(what, archive, problem);
  }

  private static Tar tar() {
    return new Tar();
  }

  private static Tar linked() {
    return tar().symbolicLink("l", "elsewhere");
  }

  private static byte[] goodTar() {
    return tar().file("f.py", "def f(event): return 1\n".repeat(100)).plain();
  }

  private static byte[] good() {
    return Tar.gz(goodTar());
  }

  private static Tar many(int files) {
    var tar = tar();
    for (int i = 0; i < files; i++) {
      tar.file("f" + i, "");
    }
    return tar;
  }

  /// Each of them brings nine folders that have no entry.
  private static Tar folders(int files) {
    var tar = tar();
    for (int i = 0; i < files; i++) {
      tar.file(i + "/a/b/c/d/e/f/g/h/x", "");
    }
    return tar;
  }

  private static byte[] noise(int size) {
    byte[] noise = new byte[size];
    new Random(1).nextBytes(noise);
    return noise;
  }

  /// Compresses by less than the ratio that makes a bomb.
  private static byte[] text(int size) {
    byte[] text = new byte[size];
    for (int i = 0; i < size; i++) {
      text[i] = (byte) ('a' + (i * 31 + i / 97 * 7) % 26);
    }
    return text;
  }

  private static byte[] hugeName() {
    var record = "path=" + new String(text(2 << 20), UTF_8) + "\n";
    int length = record.length() + 8;
    byte[] pax = (length + " " + record).getBytes(UTF_8);
    return header((byte) 'x', joined(pax, text(200_000)));
  }

  private static byte[] pax(String key, String value) {
    String record = key + "=" + value + "\n";
    int length = record.length() + 3;
    return header((byte) 'x', (length + " " + record).getBytes(UTF_8));
  }

  /// An archive with an extension header of `kind` before its file.
  private static byte[] header(byte kind, byte[] content) {
    byte[] tar = tar().file("ext", content, 0644).file("f.py", "x").plain();
    tar[156] = kind;
    fixChecksums(tar);
    return Tar.gz(tar);
  }

  /// Makes the checksum of every block that looks like a header right.
  private static void fixChecksums(byte[] tar) {
    for (int block = 0; block + 512 <= tar.length; block += 512) {
      if (tar[block + 257] == 'u' && tar[block + 258] == 's') {
        int sum = 8 * ' ';
        for (int i = 0; i < 512; i++) {
          sum += i >= 148 && i < 156 ? 0 : tar[block + i] & 0xFF;
        }
        byte[] text = "%06o\0 ".formatted(sum).getBytes(UTF_8);
        System.arraycopy(text, 0, tar, block + 148, 8);
      }
    }
  }

  private static byte[] cut(byte[] bytes, int length) {
    return Arrays.copyOf(bytes, length);
  }

  private static byte[] broken(byte[] bytes) {
    byte[] broken = bytes.clone();
    broken[broken.length - 7] ^= 1;
    return broken;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
