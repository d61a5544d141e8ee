package org.openlambda.control.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.archive.ZipArchive;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.units.Bytes;

/// What holds wherever bundles are kept.
abstract class BundlesContract {
  private static final int LINK = 0120777;

  @TempDir Path folder;

  /// Opened anew, on what is there.
  abstract Bundles bundles() throws IOException;

  static ArchiveBounds bounds() {
    BundleBounds usual = BundleBounds.DEFAULT;
    var bounds =
        new BundleBounds(Bytes.mebi(1), 100, usual.depth(), usual.nameBytes(), usual.pathBytes());
    return new ArchiveBounds(Bytes.mebi(1), bounds, 1_000);
  }

  Bundles.Kept keep(byte[] zip) throws BadBundle, IOException {
    return bundles().keep(zip, Bundles.Format.ZIP, (_, _) -> {});
  }

  static Bundles.Used used(Bundles.Kept... all) {
    return new Bundles.Used(Set.of(all), Set.of());
  }

  static byte[] zip(Object... entries) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipArchiveOutputStream(bytes)) {
      for (int i = 0; i < entries.length; i += 3) {
        var entry = new ZipArchiveEntry((String) entries[i]);
        entry.setUnixMode((int) entries[i + 1]);
        zip.putArchiveEntry(entry);
        zip.write(((String) entries[i + 2]).getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
      }
    }
    return bytes.toByteArray();
  }

  private long files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).count();
    }
  }

  @Test
  void what_nobody_uses_is_swept_when_it_is_old_enough_and_asking_for_it_makes_it_new()
      throws Exception {
    Bundles bundles = bundles();
    Bundles.Kept used = keep(zip("a.py", 0100644, "used"));
    Bundles.Kept left = keep(zip("a.py", 0100644, "left"));
    Bundles.Used all = used(used);
    assertThat(bundles.sweep(all, Instant.now().minusSeconds(60))).isZero();
    assertThat(bundles.sweep(all, Instant.now().plusSeconds(60))).isGreaterThanOrEqualTo(2);
    assertThat(bundles.code(used.tree()).folder()).isDirectory();
    assertThat(bundles.code(left.tree()).folder()).doesNotExist();
    Instant later = Instant.now().plusMillis(5);
    Thread.sleep(20);
    keep(zip("a.py", 0100644, "used"));
    bundles.sweep(used(), later);
    assertThat(bundles.code(used.tree()).folder()).isDirectory();
  }

  @Test
  void trees_are_merged_and_the_last_one_wins() throws Exception {
    Bundles bundles = bundles();
    Digest first = keep(zip("a", 0100644, "one", "d/b", 0100644, "b", "e", 0100644, "file")).tree();
    Digest second = keep(zip("a", 0100755, "two", "e/c", 0100644, "folder")).tree();
    Path merged = bundles.code(bundles.merge(List.of(first, second))).folder();
    assertThat(merged.resolve("a")).hasContent("two");
    assertThat(merged.resolve("d/b")).hasContent("b");
    assertThat(merged.resolve("e/c")).hasContent("folder");
    assertThat(bundles.code(first).folder().resolve("a")).hasContent("one");
    assertThat(bundles.merge(List.of(first))).isEqualTo(first);
  }

  @Test
  void layers_that_are_too_large_together_are_refused() throws Exception {
    Digest first = keep(zip("a", 0100644, "x".repeat(600_000))).tree();
    Digest second = keep(zip("b", 0100644, "y".repeat(600_000))).tree();
    assertThatThrownBy(() -> bundles().merge(List.of(first, second))).isInstanceOf(BadBundle.class);
    assertThat(folder.resolve("part")).isEmptyDirectory();
  }

  @Test
  void equal_code_is_kept_once_and_opened_as_it_came() throws Exception {
    byte[] zip = zip("app.py", 0100644, "x = 1", "bin/run", 0100755, "#!/bin/sh");
    Bundles.Kept first = keep(zip);
    assertThat(keep(zip)).isEqualTo(first);
    assertThat(files()).isEqualTo(3);
    Path tree = bundles().code(first.tree()).folder();
    assertThat(tree.resolve("app.py")).hasContent("x = 1");
    assertThat(Files.isExecutable(tree.resolve("bin/run"))).isTrue();
    assertThat(Files.isExecutable(tree.resolve("app.py"))).isFalse();
    assertThat(bundles().open(first).readAllBytes()).isEqualTo(zip);
  }

  @Test
  void what_leads_outside_or_is_strange_is_refused_and_nothing_is_kept() throws Exception {
    for (byte[] bad :
        new byte[][] {
          zip("../app.py", 0100644, "x"),
          zip("/app.py", 0100644, "x"),
          zip("a/../../app.py", 0100644, "x"),
          zip("link", LINK, "/etc/passwd"),
          zip("link", LINK, "../../x"),
          zip("link", LINK, "other", "link/app.py", 0100644, "x"),
          zip("app.py", 0104755, "x"),
          zip()
        }) {
      assertThatThrownBy(() -> keep(bad)).isInstanceOf(BadBundle.class);
    }
    assertThat(files()).isZero();
  }

  /// It would all be in memory.
  @Test
  void a_directory_of_too_many_entries_is_not_even_opened() throws Exception {
    byte[] entries = "PK\1\2".repeat(100).getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> keep(entries)).isInstanceOf(ZipArchive.Unreadable.class);
    byte[] more = "PK\1\2".repeat(101).getBytes(StandardCharsets.US_ASCII);
    assertThatThrownBy(() -> keep(more))
        .isInstanceOfSatisfying(
            BadBundle.class,
            bad ->
                assertThat(bad.problems())
                    .containsExactly("the archive has more than 100 entries"));
  }

  @Test
  void what_is_no_zip_or_unpacks_to_too_much_is_refused_and_nothing_is_kept() throws Exception {
    byte[] good = zip("app.py", 0100644, "x = 1".repeat(100));
    assertThatThrownBy(() -> keep("no zip".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(ZipArchive.Unreadable.class);
    assertThatThrownBy(() -> keep(Arrays.copyOf(good, good.length / 2)))
        .isInstanceOf(ZipArchive.Unreadable.class);
    byte[] unusual = good.clone();
    unusual[8] = 93; // Zstandard
    unusual[new String(good, StandardCharsets.ISO_8859_1).indexOf("PK\1\2") + 10] = 93;
    assertThatThrownBy(() -> keep(unusual))
        .isInstanceOf(ZipArchive.Unreadable.class)
        .hasMessageContaining("packed by method 93");
    byte[] bomb = zip("zeros", 0100644, "\0".repeat(2 << 20));
    assertThat(bomb.length).isLessThan(10_000);
    assertThatThrownBy(() -> keep(bomb)).isInstanceOf(ZipArchive.TooLarge.class);
    assertThat(files()).isZero();
  }
}
