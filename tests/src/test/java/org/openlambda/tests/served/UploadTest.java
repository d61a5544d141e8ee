package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Server;

/// Functions that come as archives, made by the system's own `tar`.
@Tag("root")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UploadTest {
  @TempDir private Path folder;
  private Server server;
  private Http http;

  @BeforeAll
  void serve(@TempDir Path served) throws IOException {
    Functions functions = Functions.in(served.resolve("functions"));
    server = Server.start(functions.folder(), served.resolve("state"));
    http = server.http();
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private Answer upload(String name, byte[] archive) throws Exception {
    return http.send(http.request("/registry/" + name).POST(BodyPublishers.ofByteArray(archive)));
  }

  private Answer delete(String name) throws Exception {
    return http.send(http.request("/registry/" + name).DELETE());
  }

  /// A tar.gz of what is in the folder of this test.
  private byte[] tar(String... options) throws Exception {
    Path archive = folder.resolveSibling(folder.getFileName() + ".tar.gz");
    var command = new ArrayList<>(List.of("tar", "-C", folder.toString(), "-czf"));
    command.add(archive.toString());
    command.addAll(Arrays.asList(options));
    int status = new ProcessBuilder(command).inheritIO().start().waitFor();
    assertThat(status).as("exit status of tar").isZero();
    try {
      return Files.readAllBytes(archive);
    } finally {
      Files.delete(archive);
    }
  }

  private void code(String answer) throws IOException {
    Files.writeString(folder.resolve("f.py"), "def f(event):\n    return '" + answer + "'\n");
  }

  @Test
  void an_uploaded_function_is_called_replaced_and_deleted() throws Exception {
    code("one");
    Answer uploaded = upload("parcel", tar("."));
    assertThat(uploaded.status()).as(uploaded.body()).isEqualTo(201);
    assertThat(uploaded.body()).isEqualTo("Lambda parcel uploaded successfully");
    assertThat(http.call("parcel", "{}").body()).isEqualTo("\"one\"");
    assertThat(http.get("/registry").body()).contains("\"parcel\"");
    assertThat(http.get("/registry/parcel/config").json().path("ReuseSandbox").asBoolean())
        .isTrue();

    code("two");
    assertThat(upload("parcel", tar(".")).status()).isEqualTo(201);
    assertThat(http.call("parcel", "{}").body()).isEqualTo("\"two\"");

    Answer deleted = delete("parcel");
    assertThat(deleted.status()).isEqualTo(200);
    assertThat(deleted.body()).isEqualTo("Lambda parcel deleted successfully");
    assertThat(http.call("parcel", "{}").status()).isEqualTo(404);
    assertThat(delete("parcel").status()).isEqualTo(404);
  }

  @Test
  void an_archive_whose_ol_yaml_is_wrong_changes_nothing() throws Exception {
    code("good");
    assertThat(upload("steady", tar(".")).status()).isEqualTo(201);
    Files.writeString(folder.resolve("ol.yaml"), "memroy: 1GB\ntimeout: never\n");
    Answer refused = upload("steady", tar("."));
    Files.delete(folder.resolve("ol.yaml"));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().path("detail").asString()).contains("memroy", "memory", "timeout");
    assertThat(http.call("steady", "{}").body()).isEqualTo("\"good\"");
  }

  @Test
  void an_archive_that_leaves_its_folder_is_refused_with_the_entrys_name() throws Exception {
    code("bad");
    byte[] climbing = tar("--transform", "s,f.py,../../escaped.py,", "-P", "f.py");
    Answer refused = upload("climber", climbing);
    assertThat(refused.status()).as(refused.body()).isEqualTo(400);
    assertThat(refused.json().path("detail").asString()).contains("escaped.py");
    assertThat(http.call("climber", "{}").status()).isEqualTo(404);
  }

  @Test
  void what_is_no_archive_is_refused() throws Exception {
    Answer refused = upload("noise", new byte[1000]);
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().path("cause").asString()).isEqualTo("bad-bundle");
  }
}
