package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Server;

/// `ol up` beyond loopback: with TLS, by OpenSSL, curl and boto3.
@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UpTlsTest {
  private Path folder;
  private Server server;

  @BeforeAll
  void serve(@TempDir Path temporary) throws Exception {
    folder = temporary;
    certify("first");
    server =
        Server.up(
            folder.resolve("data"),
            "0.0.0.0:0",
            "--tls-cert",
            folder.resolve("cert.pem").toString(),
            "--tls-key",
            folder.resolve("key.pem").toString());
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  /// A pair of a name of its own, put in the place of the one before.
  private void certify(String name) throws Exception {
    run(
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=DNS:localhost,IP:127.0.0.1",
        "-keyout",
        folder.resolve("key.new").toString(),
        "-out",
        folder.resolve("cert.new").toString());
    Files.move(
        folder.resolve("key.new"), folder.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
    Files.move(
        folder.resolve("cert.new"),
        folder.resolve("cert.pem"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(String.join(" ", command) + ": " + said).isZero();
    return said;
  }

  private String curl(String... options) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("curl", "-sS", "--cacert", folder + "/cert.pem"));
    command.addAll(Arrays.asList(options));
    command.add("https://localhost:" + server.port() + "/status");
    return run(command.toArray(String[]::new));
  }

  private String subject() throws IOException, InterruptedException {
    return run("openssl", "s_client", "-connect", "127.0.0.1:" + server.port());
  }

  @Test
  void it_speaks_both_versions_of_http_and_the_two_newest_of_tls() throws Exception {
    assertThat(curl("--http1.1")).isEqualTo("ready\n");
    assertThat(curl("--http2", "-w", "%{http_version}")).isEqualTo("ready\n2");
    assertThat(curl("--tlsv1.2", "--tls-max", "1.2")).isEqualTo("ready\n");
  }

  @Test
  void boto3_believes_the_certificate_and_function_urls_are_https() throws Exception {
    AwsClient client = AwsClient.of(server).with("AWS_CA_BUNDLE", folder.resolve("cert.pem"));
    assertThat(client.step("make", "secure")).isEqualTo("made");
    assertThat(client.step("call", "secure")).isEqualTo("secure");
    assertThat(client.step("url", "secure"))
        .matches(
            "https://[a-z2-7]{32}\\.lambda-url\\.us-east-1\\.localhost:" + server.port() + "/");
  }

  @Test
  void a_certificate_that_changes_is_read_again_and_a_broken_one_is_not() throws Exception {
    certify("second");
    Eventually.require(this::subject, said -> said.contains("CN = second"));
    Files.writeString(folder.resolve("cert.pem"), "no certificate");
    Thread.sleep(2_500);
    assertThat(subject()).contains("CN = second");
    certify("third");
    Eventually.require(this::subject, said -> said.contains("CN = third"));
  }

  @Test
  void beyond_loopback_it_does_not_start_in_the_clear_unless_told_to() throws Exception {
    Server.Ended refused =
        Server.run("up", "--data", folder.resolve("other").toString(), "--listen", "0.0.0.0:0");
    assertThat(refused.status()).isNotZero();
    assertThat(refused.output()).contains("--tls-cert", "--plain-http");
  }
}
