package org.openlambda.worker.zygote;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.openlambda.core.invocation.Exit;
import org.openlambda.worker.zygote.ZygoteMessage.Exited;
import org.openlambda.worker.zygote.ZygoteMessage.Malformed;
import org.openlambda.worker.zygote.ZygoteMessage.Ready;
import org.openlambda.worker.zygote.ZygoteMessage.Spawned;

class ZygoteMessageTest {
  private static ByteBuffer message(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }

  private static ZygoteMessage exited(int code, int status) {
    return ZygoteMessage.parse(
        message(20).putInt(4).putInt(code).putLong(5).putInt(status).array());
  }

  @Test
  void each_kind_is_read() {
    assertThat(ZygoteMessage.parse(message(4).putInt(1).array())).isEqualTo(new Ready());
    assertThat(ZygoteMessage.parse(message(16).putInt(3).putInt(11).putLong(1L << 40).array()))
        .isEqualTo(new Spawned(1L << 40, 11));
    assertThat(exited(1, 3)).isEqualTo(new Exited(5, new Exit.Status(3)));
    assertThat(exited(2, 9)).isEqualTo(new Exited(5, new Exit.Signal(9)));
    assertThat(exited(3, 11)).isEqualTo(new Exited(5, new Exit.Signal(11)));
  }

  @Test
  void a_status_that_cannot_be_is_cut_to_what_can() {
    assertThat(exited(1, 0x1234)).isEqualTo(new Exited(5, new Exit.Status(0x34)));
    assertThat(exited(2, -1)).isEqualTo(new Exited(5, new Exit.Signal(127)));
  }

  @Test
  void what_is_cut_off_is_malformed() {
    byte[] spawned = message(16).putInt(3).array();
    byte[] exited = message(20).putInt(4).array();
    for (int length = 0; length < 20; length++) {
      if (length < 16) {
        assertThat(ZygoteMessage.parse(Arrays.copyOf(spawned, length)))
            .isInstanceOf(Malformed.class);
      }
      assertThat(ZygoteMessage.parse(Arrays.copyOf(exited, length))).isInstanceOf(Malformed.class);
    }
  }

  @Test
  void what_no_zygote_says_is_malformed_and_named() {
    for (int kind : new int[] {0, 2, 5, -1}) {
      assertThat(ZygoteMessage.parse(message(24).putInt(kind).array()))
          .isEqualTo(new Malformed("a message of kind " + kind + " with 24 bytes"));
    }
  }

  @Test
  void a_spawn_is_24_bytes_in_the_order_of_the_page() {
    ByteBuffer spawn = ByteBuffer.wrap(ZygoteMessage.spawn(7, true, 1000, 1024));
    spawn.order(ByteOrder.nativeOrder());
    assertThat(spawn.remaining()).isEqualTo(24);
    assertThat(spawn.getInt()).isEqualTo(2);
    assertThat(spawn.getInt()).isEqualTo(1);
    assertThat(spawn.getLong()).isEqualTo(7);
    assertThat(spawn.getInt()).isEqualTo(1000);
    assertThat(spawn.getInt()).isEqualTo(1024);
  }
}
