package org.openlambda.linux.inotify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.fd.KernelFile;

class InotifyTest {
  @Test
  void changes_are_reported_once_in_their_order(@TempDir Path dir) throws IOException {
    try (var inotify = new Inotify()) {
      int watch = inotify.watch(dir, Inotify.CREATE, Inotify.DELETE, Inotify.ONLYDIR);
      assertThat(inotify.drain()).isEmpty();
      Files.createFile(dir.resolve("a"));
      Files.delete(dir.resolve("a"));
      assertThat(inotify.drain())
          .containsExactly(
              new Event(watch, Inotify.CREATE, "a"), new Event(watch, Inotify.DELETE, "a"));
      assertThat(inotify.drain()).isEmpty();
    }
  }

  @Test
  void the_end_of_a_watch_is_reported(@TempDir Path dir) {
    try (var inotify = new Inotify()) {
      int watch = inotify.watch(dir, Inotify.CREATE);
      inotify.unwatch(watch);
      assertThat(inotify.drain()).containsExactly(new Event(watch, Inotify.IGNORED, ""));
    }
  }

  @Test
  void lost_events_are_seen(@TempDir Path dir) throws IOException {
    int most = Integer.parseInt(KernelFile.read("/proc/sys/fs/inotify/max_queued_events").strip());
    Path file = Files.createFile(dir.resolve("f"));
    try (var inotify = new Inotify()) {
      inotify.watch(dir, Inotify.CREATE, Inotify.DELETE);
      for (int i = 0; i <= most / 2; i++) { // alternating, or equal events would become one
        Files.delete(file);
        Files.createFile(file);
      }
      assertThat(inotify.drain()).hasSize(most + 1).last().matches(Event::isOverflow);
    }
  }

  @Test
  void a_directory_that_is_not_there_is_an_error() {
    try (var inotify = new Inotify()) {
      assertThatThrownBy(() -> inotify.watch(Path.of("/nowhere"), Inotify.CREATE))
          .hasMessage("inotify_add_watch /nowhere: ENOENT (no such file or directory)");
    }
  }
}
