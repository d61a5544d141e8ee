package org.openlambda.server.tenancy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenancyTest {
  @TempDir private Path data;

  private static Tenant tenant(ProcessMark process) {
    return new Tenant(process, "http://127.0.0.1:1", "2026-01-31T12:00:00Z", "its own", "1", "r");
  }

  @Test
  void a_folder_is_changing_served_changing_and_free_in_turn() throws Exception {
    assertThat(Occupancy.of(data)).isInstanceOf(Occupancy.Free.class);
    try (Tenancy tenancy = Tenancy.take(data)) {
      assertThat(Occupancy.of(data)).isEqualTo(new Occupancy.Changing(tenancy.process()));
      tenancy.ready(tenant(tenancy.process()));
      assertThat(Occupancy.of(data)).isEqualTo(new Occupancy.Served(tenant(tenancy.process())));
      tenancy.ending();
      assertThat(Occupancy.of(data)).isInstanceOf(Occupancy.Changing.class);
    }
    Tenancy.take(data).close();
  }

  @Test
  void it_is_taken_once_and_who_has_it_is_named() throws Exception {
    try (Tenancy tenancy = Tenancy.take(data)) {
      tenancy.ready(tenant(tenancy.process()));
      assertThatThrownBy(() -> Tenancy.take(data))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is served already, by pid " + ProcessHandle.current().pid());
    }
  }

  @Test
  void a_pid_that_was_given_to_another_process_is_not_the_server() throws Exception {
    ProcessMark self = ProcessMark.ofThisProcess();
    assertThat(self.isAlive()).isTrue();
    assertThat(new ProcessMark(self.pid(), self.started() - 1, self.boot()).isAlive()).isFalse();
    assertThat(new ProcessMark(self.pid(), self.started(), "another start").isAlive()).isFalse();
    assertThat(new ProcessMark(1 << 22, self.started(), self.boot()).isAlive()).isFalse();
  }

  @Test
  void files_of_nonsense_mean_that_nobody_serves() throws Exception {
    Files.writeString(data.resolve("server.json"), "{\"pid\":");
    Files.writeString(data.resolve("server.lock"), "");
    assertThat(Occupancy.of(data)).isInstanceOf(Occupancy.Free.class);
    Files.writeString(data.resolve("server.json"), "[]");
    assertThat(Occupancy.of(data)).isInstanceOf(Occupancy.Free.class);
    Tenancy.take(data).close();
    assertThat(data.resolve("server.json")).doesNotExist();
  }
}
