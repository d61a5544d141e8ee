package org.openlambda.control.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealerTest {
  private static final byte[] PLAIN = "a secret".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path folder;

  private Sealer sealer() throws IOException {
    return Sealer.open(folder.resolve("secret.key"));
  }

  @Test
  void what_is_sealed_is_opened_after_a_restart_and_never_looks_the_same() throws IOException {
    byte[] sealed = sealer().seal(PLAIN, "function/1");
    assertThat(sealer().open(sealed, "function/1")).isEqualTo(PLAIN);
    assertThat(sealer().seal(PLAIN, "function/1")).isNotEqualTo(sealed);
    assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("secret");
  }

  @Test
  void only_its_owner_can_read_the_key() throws IOException {
    sealer();
    assertThat(Files.getPosixFilePermissions(folder.resolve("secret.key")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void what_was_changed_or_belongs_to_somebody_else_is_not_opened() throws IOException {
    byte[] sealed = sealer().seal(PLAIN, "function/1");
    assertThatThrownBy(() -> sealer().open(sealed, "function/2"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("function/2");
    for (int i = 0; i < sealed.length; i++) {
      byte[] changed = sealed.clone();
      changed[i] ^= 1;
      assertThatThrownBy(() -> sealer().open(changed, "function/1"))
          .as("byte %d", i)
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void another_key_opens_nothing_and_a_broken_one_is_named() throws IOException {
    byte[] sealed = sealer().seal(PLAIN, "function/1");
    Files.delete(folder.resolve("secret.key"));
    assertThatThrownBy(() -> sealer().open(sealed, "function/1"))
        .isInstanceOf(IllegalStateException.class);
    Files.write(folder.resolve("secret.key"), new byte[5]);
    assertThatThrownBy(this::sealer)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("5 bytes instead of 32");
  }
}
