package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Server;

/// The life of a function by the SDKs of AWS that are not Python's, each by one program in its
/// language and as its users have it.
@Tag("root")
@Timeout(1200)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SdksTest {
  private static final String HANDLER =
      """
      def handler(event, context):
          if "stream" in event:
              return pieces(event)
          print("seen", event.get("name"))
          if event.get("fail"):
              raise ValueError("as asked")
          return {"hello": event.get("name"), "mark": "MARK", "version": context.function_version}

      def pieces(event):
          for i in range(event["stream"]):
              yield f"piece {i};"
          if event.get("fail"):
              raise ValueError("as asked")
      """;

  private Server server;
  private AwsSdk sdk;

  @BeforeAll
  void serve(@TempDir Path data) throws IOException {
    server = Server.up(data, "127.0.0.1:0");
    Path one = archive(data.resolve("one.zip"), "one");
    sdk = new AwsSdk(AwsClient.of(server), one, archive(data.resolve("two.zip"), "two"));
  }

  private static Path archive(Path file, String mark) throws IOException {
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      zip.putNextEntry(new ZipEntry("app.py"));
      zip.write(HANDLER.replace("MARK", mark).getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void a_function_lives_its_life_by_the_sdk_for_javascript() throws Exception {
    assumeTrue(AwsSdk.hasNode(), "needs Node.js 20 or newer, and npm");
    assertThat(sdk.javascript())
        .matches("AWS SDK for JavaScript 3\\.\\d+\\.0: all as with AWS Lambda");
  }

  @Test
  @Tag("clients")
  void a_function_lives_its_life_by_the_sdk_for_java() throws Exception {
    assertThat(sdk.java()).matches("AWS SDK for Java 2\\.\\d+\\.\\d+: all as with AWS Lambda");
  }

  @Test
  @Tag("clients")
  void a_function_lives_its_life_by_the_sdk_for_go() throws Exception {
    assertThat(sdk.go()).matches("AWS SDK for Go 1\\.\\d+\\.\\d+: all as with AWS Lambda");
  }

  @Test
  @Tag("clients")
  void a_function_lives_its_life_by_the_sdk_for_rust() throws Exception {
    assertThat(sdk.rust()).isEqualTo("AWS SDK for Rust: all as with AWS Lambda");
  }
}
