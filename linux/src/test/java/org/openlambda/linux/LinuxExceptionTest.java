package org.openlambda.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LinuxExceptionTest {
  @Test
  void the_message_names_call_values_and_error() {
    var failure = new LinuxException("open_tree /x", Errno.ENOENT);
    assertThat(failure).hasMessage("open_tree /x: ENOENT (no such file or directory)");
    assertThat(failure.errno()).isEqualTo(2);
    assertThat(failure.operation()).isEqualTo("open_tree /x");
  }

  @Test
  void advice_follows_the_error() {
    assertThat(new LinuxException("inotify_init1", Errno.EMFILE, "raise the limit"))
        .hasMessage("inotify_init1: EMFILE (too many open files); raise the limit");
  }

  @Test
  void every_error_has_a_name_but_the_two_numbers_that_are_not_in_use() {
    for (int errno = 1; errno <= 133; errno++) {
      assertThat(Errno.name(errno).startsWith("E")).isEqualTo(errno != 41 && errno != 58);
    }
    assertThat(Errno.name(133)).isEqualTo("EHWPOISON");
    assertThat(Errno.name(999)).isEqualTo("errno 999");
  }
}
