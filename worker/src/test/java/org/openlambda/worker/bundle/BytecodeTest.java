package org.openlambda.worker.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.core.function.Digest;

class BytecodeTest {
  private static final byte[] COMPILED = {1, 2, 3};

  @TempDir private Path dir;

  private Path folder;
  private Bytecode bytecode;

  @BeforeEach
  void bundle() throws IOException {
    folder = Files.createDirectory(dir.resolve("bundle"));
    Files.createDirectories(folder.resolve("pkg"));
    Files.writeString(folder.resolve("f.py"), "x");
    Files.writeString(folder.resolve("pkg/g.py"), "x");
    Files.createSymbolicLink(folder.resolve("out"), dir);
    Files.writeString(dir.resolve("outside.py"), "x");
    Files.createSymbolicLink(folder.resolve("link.py"), Path.of("f.py"));
    bytecode = new Bytecode(new Bundle(new Digest("0".repeat(64)), folder, 2, 2));
  }

  private static byte[] entry(String path, byte[] bytes) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(6 + name.length + bytes.length)
        .putShort((short) name.length)
        .put(name)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  @Test
  void a_compiled_file_lies_beside_its_source() throws IOException {
    bytecode.write(entry("__pycache__/f.cpython-311.pyc", COMPILED));
    bytecode.write(entry("pkg/__pycache__/g.cpython-311.pyc", COMPILED));
    assertThat(folder.resolve("__pycache__/f.cpython-311.pyc")).hasBinaryContent(COMPILED);
    Path second = folder.resolve("pkg/__pycache__/g.cpython-311.pyc");
    assertThat(second).hasBinaryContent(COMPILED);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(second)))
        .isEqualTo("rw-r--r--");
    assertThat(bytecode.files()).isEqualTo(2);
    assertThat(folder.resolve("__pycache__/new")).doesNotExist();
  }

  @Test
  void files_arrive_in_any_pieces() throws IOException {
    var all = new ByteArrayOutputStream();
    all.writeBytes(entry("__pycache__/f.cpython-311.pyc", COMPILED));
    all.writeBytes(entry("pkg/__pycache__/g.cpython-311.pyc", new byte[0]));
    for (byte b : all.toByteArray()) {
      bytecode.write(new byte[] {b});
    }
    assertThat(bytecode.files()).isEqualTo(2);
    assertThat(folder.resolve("pkg/__pycache__/g.cpython-311.pyc")).isEmptyFile();
  }

  @Test
  void all_files_of_a_bundle_have_256_mib() throws IOException {
    byte[] one = entry("__pycache__/f.cpython-311.pyc", new byte[(16 << 20) - 64]);
    for (int i = 0; i < 16; i++) {
      bytecode.write(one);
    }
    assertThatThrownBy(() -> bytecode.write(one))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 268435456 bytes");
  }

  @Test
  void half_a_file_is_no_file() throws IOException {
    byte[] whole = entry("__pycache__/f.cpython-311.pyc", COMPILED);
    bytecode.write(java.util.Arrays.copyOf(whole, whole.length - 1));
    assertThat(bytecode.files()).isZero();
    assertThat(folder.resolve("__pycache__")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "f.py",
        "f.cpython-311.pyc",
        "__pycache__/f.py",
        "__pycache__/f.pyc",
        "__pycache__/f.CPYTHON.pyc",
        "/__pycache__/f.cpython-311.pyc",
        "../__pycache__/outside.cpython-311.pyc",
        "pkg/../__pycache__/f.cpython-311.pyc",
        "out/__pycache__/outside.cpython-311.pyc",
        "__pycache__/../f.cpython-311.pyc",
        "__pycache__/nosource.cpython-311.pyc",
        "__pycache__/link.cpython-311.pyc",
        "missing/__pycache__/f.cpython-311.pyc",
        "__pycache__/f\u0000.cpython-311.pyc",
        "pkg\u0000/__pycache__/g.cpython-311.pyc",
        "__pycache__/\ud83d\ude00.cpython-311.pyc",
        "\u001b[31m",
        "\u001b[31m/__pycache__/f.cpython-311.pyc"
      })
  void a_path_that_is_none_of_a_compiled_file_is_refused(String path) {
    assertThatThrownBy(() -> bytecode.write(entry(path, COMPILED)))
        .isInstanceOf(IOException.class)
        .message()
        .doesNotContainPattern("\\p{Cntrl}")
        .doesNotContain(dir.toString());
    assertThat(bytecode.files()).isZero();
    assertThat(dir.resolve("__pycache__")).doesNotExist();
  }

  @Test
  void a_cache_folder_that_is_a_link_is_not_followed() throws IOException {
    Files.createSymbolicLink(folder.resolve("__pycache__"), dir);
    assertThatThrownBy(() -> bytecode.write(entry("__pycache__/f.cpython-311.pyc", COMPILED)))
        .isInstanceOf(IOException.class);
    assertThat(dir.resolve("f.cpython-311.pyc")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE, (16 << 20) + 1, 256 << 20})
  void a_length_beyond_the_bound_is_refused_at_once(int length) {
    byte[] name = "__pycache__/f.cpython-311.pyc".getBytes(StandardCharsets.UTF_8);
    byte[] begin =
        ByteBuffer.allocate(6 + name.length)
            .putShort((short) name.length)
            .put(name)
            .putInt(length)
            .array();
    assertThatThrownBy(() -> bytecode.write(begin))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("a compiled file of");
  }
}
