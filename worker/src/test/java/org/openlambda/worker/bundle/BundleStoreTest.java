package org.openlambda.worker.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.CodeAway;
import org.openlambda.core.bundle.CodeSource;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.Digest;
import org.openlambda.core.time.Patience;
import org.openlambda.worker.bundle.BundleStore.Bounds;
import org.openlambda.worker.count.Counters;

@Timeout(20)
class BundleStoreTest {
  @TempDir private Path dir;

  private Path source;
  private Path root;

  @BeforeEach
  void folders() throws IOException {
    source = Files.createDirectory(dir.resolve("source"));
    root = dir.resolve("bundles");
  }

  private BundleStore store(Bounds bounds) throws IOException {
    return new BundleStore(root, bounds, CodeSource.LOCAL, new Counters());
  }

  private BundleStore store() throws IOException {
    return store(Bounds.DEFAULT);
  }

  private static Code code(Path folder) throws IOException {
    var content = FolderScan.of(folder, BundleBounds.DEFAULT, Map.of(), (path, relative) -> {});
    return new Code(folder, content.digest());
  }

  @Test
  void code_that_lies_elsewhere_is_brought_before_it_is_copied_and_only_then() throws IOException {
    Code code = code("elsewhere", "x = 1\n");
    Path moved = Files.move(code.folder(), dir.resolve("moved"));
    var asked = new AtomicInteger();
    CodeSource source =
        wanted -> {
          if (asked.getAndIncrement() == 0) {
            throw new CodeAway("on purpose");
          }
          Files.move(moved, wanted.folder());
        };
    var store = new BundleStore(root, Bounds.DEFAULT, source, new Counters());
    assertThatThrownBy(() -> store.fetch(code)).isInstanceOf(CodeAway.class);
    assertThat(store.fetch(code).folder().resolve("f.py")).hasContent("x = 1\n");
    store.fetch(code);
    var again = new BundleStore(root, Bounds.DEFAULT, source, new Counters());
    again.fetch(code);
    assertThat(asked).hasValue(2);
  }

  private Code code(String name, String text) throws IOException {
    Path folder = Files.createDirectories(dir.resolve(name));
    Files.writeString(folder.resolve("f.py"), text);
    return code(folder);
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void a_bundle_is_copied_once_and_does_not_change_with_its_source() throws IOException {
    Files.writeString(source.resolve("f.py"), "one");
    Code code = code(source);
    BundleStore store = store();
    Bundle bundle = store.fetch(code);
    assertThat(bundle.folder()).isEqualTo(root.resolve(code.digest().hex()));
    Files.writeString(source.resolve("f.py"), "two");
    assertThat(store.fetch(code)).isSameAs(bundle);
    assertThat(bundle.folder().resolve("f.py")).hasContent("one");
    assertThat(store.copies()).isOne();
  }

  @Test
  void many_first_calls_at_once_copy_once() throws Exception {
    Code code = code("many", "x");
    BundleStore store = store();
    var start = new CountDownLatch(1);
    var tasks = new ArrayList<FutureTask<Bundle>>();
    for (int i = 0; i < 50; i++) {
      var task =
          new FutureTask<>(() -> {
            start.await();
            return store.fetch(code);
          });
      tasks.add(task);
      Thread.startVirtualThread(task);
    }
    start.countDown();
    for (var task : tasks) {
      assertThat(task.get(Patience.ofSeconds(10), TimeUnit.SECONDS)).isSameAs(store.fetch(code));
    }
    assertThat(store.copies()).isOne();
  }

  @Test
  void everybody_may_read_and_nobody_but_root_may_write() throws IOException {
    Files.createDirectory(source.resolve("sub"));
    Files.writeString(source.resolve("sub/secret.py"), "x");
    Files.writeString(source.resolve("run"), "x");
    Files.setPosixFilePermissions(
        source.resolve("sub"), PosixFilePermissions.fromString("rwx------"));
    Files.setPosixFilePermissions(
        source.resolve("sub/secret.py"), PosixFilePermissions.fromString("rw-rw----"));
    Files.setPosixFilePermissions(
        source.resolve("run"), PosixFilePermissions.fromString("rwxrwxrwx"));
    Path folder = store().fetch(code(source)).folder();
    assertThat(mode(folder)).isEqualTo("rwxr-xr-x");
    assertThat(mode(folder.resolve("sub"))).isEqualTo("rwxr-xr-x");
    assertThat(mode(folder.resolve("sub/secret.py"))).isEqualTo("rw-r--r--");
    assertThat(mode(folder.resolve("run"))).isEqualTo("rwxr-xr-x");
  }

  @Test
  void links_stay_links_and_caches_stay_behind() throws IOException {
    Files.writeString(source.resolve("f.py"), "x");
    Files.createSymbolicLink(source.resolve("link.py"), Path.of("f.py"));
    Files.createDirectory(source.resolve("__pycache__"));
    Files.writeString(source.resolve("__pycache__/f.pyc"), "evil");
    Path folder = store().fetch(code(source)).folder();
    assertThat(Files.readSymbolicLink(folder.resolve("link.py"))).isEqualTo(Path.of("f.py"));
    assertThat(folder.resolve("__pycache__")).doesNotExist();
  }

  @Test
  void what_changed_since_it_was_read_is_refused_and_leaves_nothing() throws IOException {
    Code code = code("changing", "before");
    Files.writeString(code.folder().resolve("f.py"), "after");
    BundleStore store = store();
    assertThatThrownBy(() -> store.fetch(code))
        .isInstanceOf(BundleStore.Changed.class)
        .hasMessageContaining("changes while it is read");
    assertThat(root).isEmptyDirectory();
    Files.writeString(code.folder().resolve("f.py"), "before");
    assertThat(store.fetch(code).folder().resolve("f.py")).hasContent("before");
  }

  @Test
  void a_source_that_is_gone_fails_and_is_not_remembered() throws IOException {
    Code code = code("gone", "x");
    Path away = Files.move(code.folder(), dir.resolve("away"));
    BundleStore store = store();
    assertThatThrownBy(() -> store.fetch(code)).isInstanceOf(IOException.class);
    Files.move(away, code.folder());
    assertThat(store.fetch(code).folder()).isDirectory();
  }

  @Test
  void the_next_start_finds_what_is_whole_and_removes_what_is_not() throws IOException {
    Code code = code("kept", "x");
    store().fetch(code);
    Files.createDirectories(root.resolve("new-7/sub"));
    Files.writeString(root.resolve("new-7/sub/half"), "x");
    Files.createSymbolicLink(root.resolve("new-7/link"), dir);
    BundleStore next = store();
    assertThat(root.resolve("new-7")).doesNotExist();
    assertThat(dir.resolve("kept")).isDirectory();
    next.fetch(code);
    assertThat(next.copies()).isZero();
  }

  @Test
  void a_bundle_that_somebody_changed_on_the_disk_is_copied_again() throws IOException {
    Code code = code("tampered", "x");
    Path folder = store().fetch(code).folder();
    Files.writeString(folder.resolve("f.py"), "y");
    assertThat(store().fetch(code).folder().resolve("f.py")).hasContent("x");
  }

  @Test
  void the_longest_unused_go_when_there_are_too_many() throws IOException {
    BundleStore store = store(new Bounds(2, 1 << 20, Duration.ZERO));
    Bundle a = store.fetch(code("a", "a"));
    Bundle b = store.fetch(code("b", "b"));
    store.fetch(code("a", "a"));
    Bundle c = store.fetch(code("c", "c"));
    assertThat(a.folder()).isDirectory();
    assertThat(b.folder()).doesNotExist();
    assertThat(c.folder()).isDirectory();
    assertThat(store.fetch(code("b", "b")).folder()).isDirectory();
  }

  @Test
  void many_bundles_are_trimmed_by_size_too() throws IOException {
    BundleStore store = store(new Bounds(1_000, 100, Duration.ZERO));
    for (int i = 0; i < 35; i++) {
      store.fetch(code("n" + i, "%010d".formatted(i)));
    }
    try (var left = Files.list(root)) {
      assertThat(left).hasSize(10);
    }
  }

  @Test
  void what_was_called_lately_stays_whatever_the_bounds() throws IOException {
    BundleStore store = store(new Bounds(1, 1, Duration.ofMinutes(1)));
    assertThat(store.fetch(code("a", "aaa")).folder()).isDirectory();
    Bundle b = store.fetch(code("b", "bbb"));
    assertThat(b.folder()).isDirectory();
    assertThat(store.fetch(code("a", "aaa")).folder()).isDirectory();
  }

  @Test
  void a_file_that_becomes_a_link_while_it_is_copied_reaches_nothing_outside() throws Exception {
    Path victim = Files.writeString(dir.resolve("victim"), "secret");
    Files.setPosixFilePermissions(victim, PosixFilePermissions.fromString("rw-------"));
    Path file = Files.writeString(source.resolve("f.py"), "x");
    Code code = code(source);
    var stop = new CountDownLatch(1);
    Thread swapper =
        Thread.ofPlatform()
            .start(() -> {
              try {
                while (!stop.await(0, TimeUnit.MILLISECONDS)) {
                  Files.delete(file);
                  Files.createSymbolicLink(file, victim);
                  Files.delete(file);
                  Files.writeString(file, "x");
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    for (int i = 0; i < 15; i++) {
      BundleStore fresh =
          new BundleStore(dir.resolve("b" + i), Bounds.DEFAULT, CodeSource.LOCAL, new Counters());
      try {
        Path copied = fresh.fetch(code).folder().resolve("f.py");
        assertThat(Files.isRegularFile(copied, LinkOption.NOFOLLOW_LINKS)).isTrue();
      } catch (IOException changed) {
        assertThat(changed).isNotNull();
      }
    }
    stop.countDown();
    swapper.join();
    assertThat(mode(victim)).isEqualTo("rw-------");
  }

  @Test
  void a_bundle_is_worth_compiling_at_its_second_load_or_at_once_if_it_is_large() {
    var digest = new Digest("0".repeat(64));
    var small = new Bundle(digest, root, 100, 100);
    assertThat(small.worthCompiling()).isFalse();
    assertThat(small.worthCompiling()).isTrue();
    assertThat(small.worthCompiling()).isFalse();
    var large = new Bundle(digest, root, 1 << 20, 1 << 20);
    assertThat(large.worthCompiling()).isTrue();
    assertThat(large.worthCompiling()).isFalse();
  }
}
