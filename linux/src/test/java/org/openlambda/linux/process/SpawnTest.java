package org.openlambda.linux.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.fd.Pipe;

class SpawnTest {
  @Test
  void a_child_reports_its_exit_status() {
    int pid = Spawn.of("/bin/sh", "-c", "exit 3").start();
    assertThat(ChildExit.waitFor(pid)).isEqualTo(new ChildExit.Exited(3));
  }

  @Test
  void a_child_that_a_signal_ends_says_which() {
    int pid = Spawn.of("/bin/sh", "-c", "kill -9 $$").start();
    assertThat(ChildExit.waitFor(pid)).isEqualTo(new ChildExit.Killed(9, false));
  }

  @Test
  void a_child_is_waited_for_once() {
    int pid = Spawn.of("/bin/true").start();
    ChildExit.waitFor(pid);
    assertThatThrownBy(() -> ChildExit.waitFor(pid)).hasMessageContaining("ECHILD");
  }

  @Test
  void the_environment_is_the_one_given_and_no_other() throws IOException {
    assertThat(output(Spawn.of("/usr/bin/env").withEnvironment(Map.of("A", "1"))))
        .isEqualTo("A=1\n");
  }

  @Test
  void a_child_has_the_descriptors_given_and_no_other() throws IOException {
    try (Pipe pipe = Pipe.open();
        var inherited = new FileInputStream("/dev/null")) {
      assertThat(inherited.available()).isZero();
      String listing =
          output(
              Spawn.of("/bin/sh", "-c", "cd /proc/self/fd; echo *; readlink 0 2")
                  .withDescriptor(7, pipe.read()));
      assertThat(listing).matches("0 1 2( \\d+)? 7( \\d+)?\n/dev/null\n/dev/null\n");
    }
  }

  @Test
  void sources_may_have_the_numbers_of_targets() throws IOException {
    try (Pipe a = Pipe.open();
        Pipe b = Pipe.open()) {
      int numberOfA = a.write().number();
      int numberOfB = b.write().number();
      String writeBoth =
          "import os; os.write(%d, b'a'); os.write(%d, b'b')".formatted(numberOfB, numberOfA);
      Spawn crossed =
          Spawn.of("/usr/bin/python3", "-I", "-S", "-c", writeBoth)
              .withDescriptor(numberOfB, a.write())
              .withDescriptor(numberOfA, b.write());
      assertThat(ChildExit.waitFor(crossed.start())).isEqualTo(new ChildExit.Exited(0));
      byte[] got = new byte[1];
      a.read().readAvailable(got);
      assertThat(got).asString(UTF_8).isEqualTo("a");
      b.read().readAvailable(got);
      assertThat(got).asString(UTF_8).isEqualTo("b");
    }
  }

  @Test
  void no_signal_is_blocked_or_ignored() throws IOException {
    String status = output(Spawn.of("/bin/grep", "-E", "SigBlk|SigIgn", "/proc/self/status"));
    assertThat(status).contains("SigBlk:\t0000000000000000", "SigIgn:\t0000000000000000");
  }

  @Test
  void a_program_that_is_not_there_is_an_error() {
    assertThatThrownBy(() -> Spawn.of("/no/program").start())
        .isInstanceOf(LinuxException.class)
        .hasMessage("posix_spawn /no/program: ENOENT (no such file or directory)");
  }

  @Test
  void a_pidfd_names_signals_and_outlives_its_process() {
    int pid = Spawn.of("/bin/sleep", "100").start();
    try (PidFd handle = PidFd.open(pid)) {
      assertThat(handle.pid()).isEqualTo(pid);
      assertThat(handle.signal(PidFd.SIGKILL)).isTrue();
      assertThat(ChildExit.waitFor(pid)).isEqualTo(new ChildExit.Killed(9, false));
      assertThat(handle.pid()).isEqualTo(-1);
      assertThat(handle.signal(PidFd.SIGKILL)).isFalse();
    }
  }

  private static String output(Spawn spawn) throws IOException {
    try (Pipe pipe = Pipe.open()) {
      int pid = spawn.withDescriptor(1, pipe.write()).start();
      pipe.write().close();
      try (var in = new FileInputStream("/proc/self/fd/" + pipe.read().number())) {
        String text = new String(in.readAllBytes(), UTF_8);
        ChildExit.waitFor(pid);
        return text;
      }
    }
  }
}
