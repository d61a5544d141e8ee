package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
  private Certificate certificate;
  private Server server;

  @BeforeAll
  void serve(@TempDir Path temporary) throws Exception {
    folder = temporary;
    certificate = Certificate.make(folder, "first");
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

  private String curl(String... options) throws IOException, InterruptedException {
    var all = new ArrayList<>(Arrays.asList(options));
    all.add("https://localhost:" + server.port() + "/status");
    return certificate.curl(all.toArray(String[]::new));
  }

  private String subject() throws IOException, InterruptedException {
    return Certificate.run("openssl", "s_client", "-connect", "127.0.0.1:" + server.port());
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
    Certificate.make(folder, "second");
    Eventually.require(this::subject, said -> said.contains("CN = second"));
    Files.writeString(folder.resolve("cert.pem"), "no certificate");
    Thread.sleep(2_500);
    assertThat(subject()).contains("CN = second");
    Certificate.make(folder, "third");
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
