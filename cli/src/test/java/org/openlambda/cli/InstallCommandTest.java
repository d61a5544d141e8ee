package org.openlambda.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstallCommandTest {
  @TempDir private Path folder;
  private Path worker;
  private Path function;

  @BeforeEach
  void make() throws IOException {
    worker = Files.createDirectory(folder.resolve("worker"));
    function = Files.createDirectory(folder.resolve("hello"));
    Files.writeString(function.resolve("f.py"), "def f(event): return 1\n");
  }

  private Shell.Result install() {
    return Shell.ol("admin", "install", "-p", worker.toString(), function + "/");
  }

  @Test
  void a_folder_becomes_an_archive_in_the_registry() throws IOException {
    Files.createDirectories(function.resolve("pkg/__pycache__"));
    Files.writeString(function.resolve("pkg/__pycache__/x.pyc"), "");
    Path tool = Files.writeString(function.resolve("pkg/tool.sh"), "#!/bin/sh\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(function.resolve("link.py"), Path.of("f.py"));
    Path archive = worker.resolve("registry/hello.tar.gz");
    assertThat(install())
        .isEqualTo(new Shell.Result(0, "installed hello as " + archive + "\n", ""));
    assertThat(entries(archive))
        .containsExactly("644 f.py", "777 link.py -> f.py", "755 pkg/", "755 pkg/tool.sh");
    assertThat(worker.resolve("registry")).isDirectoryNotContaining("glob:**/.*");
  }

  private static List<String> entries(Path archive) throws IOException {
    List<String> entries = new ArrayList<>();
    try (var tar = new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(archive)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        String link = entry.isSymbolicLink() ? " -> " + entry.getLinkName() : "";
        entries.add(Integer.toOctalString(entry.getMode() & 0777) + " " + entry.getName() + link);
      }
    }
    return entries;
  }

  @Test
  void equal_content_gives_equal_bytes() throws IOException {
    install();
    byte[] first = Files.readAllBytes(worker.resolve("registry/hello.tar.gz"));
    Path file = function.resolve("f.py");
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    install();
    assertThat(worker.resolve("registry/hello.tar.gz")).hasBinaryContent(first);
  }

  @Test
  void the_configuration_names_the_registry() throws IOException {
    Path elsewhere = folder.resolve("elsewhere");
    Files.writeString(worker.resolve("config.json"), "{\"registry\":\"" + elsewhere + "\"}");
    install();
    assertThat(elsewhere.resolve("hello.tar.gz")).exists();
  }

  @Test
  void what_cannot_be_served_is_not_installed() throws IOException {
    Files.createSymbolicLink(function.resolve("secret"), Path.of("/no/such/file"));
    Shell.Result result = install();
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.err()).contains("entry 'secret' is a link to the absolute path");
    assertThat(worker.resolve("registry/hello.tar.gz")).doesNotExist();
  }

  @Test
  void missing_folders_and_a_broken_configuration_are_named() throws IOException {
    Files.writeString(worker.resolve("config.json"), "{");
    assertThat(install().err()).contains("config.json is no JSON");
    worker = folder.resolve("nowhere");
    assertThat(install().err()).contains("there is no folder").contains("ol worker init -p");
  }
}
