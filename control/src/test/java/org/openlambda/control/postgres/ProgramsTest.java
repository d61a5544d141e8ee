package org.openlambda.control.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {
  @TempDir private Path dir;
  private Path shared;
  private Path own;
  private URL archive;

  @BeforeEach
  void an_archive_with_one_program() throws IOException {
    shared = dir.resolve("shared");
    own = Files.createDirectory(dir.resolve("own"));
    Path jar = dir.resolve("programs.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("all.txz"));
      var tar = new TarArchiveOutputStream(new XZCompressorOutputStream(out));
      var program = new TarArchiveEntry("bin/postgres");
      program.setMode(0755);
      program.setSize(4);
      tar.putArchiveEntry(program);
      tar.write(new byte[] {1, 2, 3, 4});
      tar.closeArchiveEntry();
      tar.close();
    }
    archive = URI.create("jar:" + jar.toUri() + "!/all.txz").toURL();
  }

  @Test
  void several_servers_share_what_the_first_of_them_unpacks_at_the_same_time() throws Exception {
    Callable<Programs> find = () -> Programs.of(shared, own, archive);
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var found : threads.invokeAll(List.of(find, find, find, find))) {
        Path program = found.get().program("postgres");
        assertThat(program).startsWith(shared).isExecutable().hasBinaryContent(bytes());
      }
    }
    assertThat(shared.toFile().list()).hasSize(1);
    assertThat(own).isEmptyDirectory();
    FileTime before = Files.getLastModifiedTime(shared);
    assertThat(find.call().folder()).isEqualTo(shared.resolve(shared.toFile().list()[0]));
    assertThat(Files.getLastModifiedTime(shared)).isEqualTo(before);
  }

  @Test
  void where_nothing_can_be_written_a_server_has_its_own() throws Exception {
    Path none = Files.createFile(dir.resolve("a-file")).resolve("shared");
    assertThat(Programs.of(none, own, archive).program("postgres")).startsWith(own).isExecutable();
    assertThat(Programs.of(shared, own, archive).folder()).as("is used").startsWith(own);
    assertThat(shared).doesNotExist();
  }

  @Test
  void what_a_crash_has_left_goes() throws Exception {
    Path old = Files.createDirectories(shared.resolve("partial-1"));
    Files.createFile(old.resolve("half"));
    Path fresh = Files.createDirectories(shared.resolve("partial-2"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    var _ = Programs.of(shared, own, archive);
    assertThat(old).doesNotExist();
    assertThat(fresh).as("somebody's who unpacks, too").exists();
  }

  private static byte[] bytes() {
    return new byte[] {1, 2, 3, 4};
  }
}
