package org.openlambda.linux.fd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.Requirements;

class FdTest {
  @Test
  void what_is_written_into_a_pipe_can_be_read_without_waiting() throws IOException {
    try (Pipe pipe = Pipe.open()) {
      pipe.read().nonBlocking();
      byte[] into = new byte[16];
      assertThat(pipe.read().readAvailable(into)).isZero();
      write(pipe.write(), "hello");
      assertThat(pipe.read().readAvailable(into)).isEqualTo(5);
      assertThat(new String(into, 0, 5, StandardCharsets.UTF_8)).isEqualTo("hello");
      pipe.write().close();
      assertThat(pipe.read().readAvailable(into)).isEqualTo(-1);
    }
  }

  @Test
  void a_buffer_is_filled_behind_its_position_whether_direct_or_not() throws IOException {
    for (ByteBuffer buffer :
        new ByteBuffer[] {ByteBuffer.allocate(8), ByteBuffer.allocateDirect(8)}) {
      try (Pipe pipe = Pipe.open()) {
        buffer.put((byte) 'x');
        write(pipe.write(), "abcdefghij");
        assertThat(pipe.read().readAvailable(buffer)).isEqualTo(7);
        assertThat(pipe.read().readAvailable(buffer)).isZero();
        assertThat(StandardCharsets.UTF_8.decode(buffer.flip()).toString()).isEqualTo("xabcdefg");
      }
    }
  }

  @Test
  void a_closed_descriptor_has_no_number_and_can_be_closed_again() {
    Pipe pipe = Pipe.open();
    pipe.close();
    pipe.close();
    assertThat(pipe.read().isOpen()).isFalse();
    assertThatThrownBy(() -> pipe.read().number()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void no_descriptor_survives_an_exec() {
    try (Pipe pipe = Pipe.open();
        SocketPair pair = SocketPair.stream(65_536);
        Fd directory = Fd.openPath("/", Fd.O_PATH, Fd.O_DIRECTORY)) {
      for (Fd fd : new Fd[] {pipe.read(), pipe.write(), pair.ours(), pair.theirs(), directory}) {
        assertThat(KernelFile.read("/proc/self/fdinfo/" + fd.number()))
            .containsPattern("flags:\\s+0[0-7]*2[0-7]{6}\\n"); // O_CLOEXEC is 02000000
      }
    }
  }

  @Test
  void opening_what_is_not_there_names_the_path_and_the_error() {
    assertThatThrownBy(() -> Fd.openPath("/nowhere", Fd.O_RDONLY))
        .isInstanceOf(LinuxException.class)
        .hasMessage("openat /nowhere: ENOENT (no such file or directory)");
  }

  @Test
  void root_gives_a_pipe_to_another_user() throws IOException {
    Requirements.root();
    try (Pipe pipe = Pipe.open()) {
      pipe.write().chown(12345, 12346);
      Path file = Path.of("/proc/self/fd/" + pipe.write().number());
      assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(12345);
      assertThat(Files.getAttribute(file, "unix:gid")).isEqualTo(12346);
    }
  }

  @Test
  void a_kernel_file_is_written_and_read(@TempDir Path dir) throws IOException {
    Path file = Files.createFile(dir.resolve("file"));
    String text = "a line\n".repeat(2000);
    KernelFile.write(file, text);
    assertThat(KernelFile.read(file)).isEqualTo(text);
    assertThatThrownBy(() -> KernelFile.write("/proc/self/uid_map", "nonsense"))
        .isInstanceOfSatisfying(
            LinuxException.class,
            e -> assertThat(e.errno()).isIn(Errno.EINVAL, Errno.EPERM, Errno.EACCES))
        .hasMessageContaining("'nonsense' to /proc/self/uid_map");
  }

  private static void write(Fd fd, String text) throws IOException {
    try (var out = new FileOutputStream("/proc/self/fd/" + fd.number())) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }
}
