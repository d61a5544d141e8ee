package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// `ol up` with code from buckets, and with its code kept in one.
@Tag("root")
@Timeout(300)
final class UpS3Test {
  private static final List<String> OPTIONS =
      List.of(
          "--code-buckets", "deploys,absent,210987654321/theirs", "--bundles", "s3://bundles/prod");

  @TempDir private Path data;

  private Server up(S3Server s3) throws Exception {
    return Server.up(data, s3.environment(), OPTIONS.toArray(String[]::new));
  }

  @Test
  void code_is_taken_from_s3_by_both_generations_of_boto3() throws Exception {
    try (var s3 = new S3Server("deploys", "theirs", "bundles");
        Server server = up(s3)) {
      AwsClient client = s3.known(AwsClient.of(server));
      assertThat(client.python("boto3_s3.py"))
          .isEqualTo("boto3 " + AwsClient.BOTO3 + ": all as with AWS Lambda");
      assertThat(client.oldPython("boto3_s3.py"))
          .matches("boto3 1\\.2\\d\\.\\d+: all as with AWS Lambda");
    }
  }

  @Test
  void without_a_word_of_the_operator_no_bucket_is_read() throws Exception {
    try (var s3 = new S3Server("deploys");
        Server server = Server.up(data, s3.environment())) {
      AwsClient client = s3.known(AwsClient.of(server));
      assertThat(client.step("make_from_s3", "deploys")).isEqualTo("403 AccessDeniedException");
    }
  }

  @Test
  void a_server_that_has_lost_its_folder_has_its_code_from_the_bucket() throws Exception {
    try (var s3 = new S3Server("deploys", "bundles")) {
      AwsClient client;
      try (Server server = up(s3)) {
        client = AwsClient.of(server);
        assertThat(client.step("make", "one")).isEqualTo("made");
        assertThat(client.step("make", "two")).isEqualTo("made");
        String hello = Machine.ROOT.resolve("examples/hello").toString();
        assertThat(Server.runBeside(server, "deploy", hello).output()).startsWith("hello: new");
      }
      assertThat(s3.keys("bundles")).hasSize(4).contains("prod/owner");
      forget();
      var server = new AtomicReference<Server>();
      try {
        s3.away(() -> {
          server.set(up(s3));
          AwsClient now = client.at(server.get());
          assertThat(now.step("call", "one")).isEqualTo("503 ServiceException");
          assertThat(now.step("make", "three")).isEqualTo("503 ServiceException");
          assertThat(now.step("list")).isEqualTo("hello one two");
        });
        AwsClient now = client.at(server.get());
        Eventually.require(() -> now.step("call", "one"), "one"::equals);
        assertThat(now.step("call", "hello")).isEqualTo("{'hello': 'you'}");
        assertThat(now.step("make", "three")).isEqualTo("made");
        s3.away(() -> assertThat(now.step("call", "one")).as("its code is here").isEqualTo("one"));
      } finally {
        Optional.ofNullable(server.get()).ifPresent(Server::close);
      }
    }
  }

  @Test
  void a_server_starts_while_the_bucket_is_away_and_serves_what_it_has() throws Exception {
    try (var s3 = new S3Server("bundles")) {
      AwsClient client;
      try (Server server = up(s3)) {
        client = AwsClient.of(server);
        assertThat(client.step("make", "one")).isEqualTo("made");
        assertThat(client.step("call", "one")).isEqualTo("one");
      }
      s3.away(() -> {
        try (Server server = up(s3)) {
          assertThat(client.at(server).step("call", "one")).isEqualTo("one");
        }
      });
    }
  }

  /// Deletes what a server has of code.
  private void forget() throws Exception {
    for (String folder : List.of("bundles", "node/worker/bundles")) {
      try (var paths = Files.walk(data.resolve(folder))) {
        for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
