package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Server;

/// `ol backup` of a server that serves and is changed, and `ol restore` elsewhere.
@Tag("root")
@Timeout(300)
final class UpBackupTest {
  @TempDir private Path folder;

  private Path data() {
    return folder.resolve("data");
  }

  private static Server.Ended backUp(Path data, Path file) throws Exception {
    return Server.run("backup", file.toString(), "--data", data.toString());
  }

  private static Server.Ended restore(Path file, Path data) throws Exception {
    return Server.run("restore", file.toString(), "--data", data.toString());
  }

  @Test
  void a_server_under_deploys_is_backed_up_and_restored_elsewhere_as_it_was() throws Exception {
    Path file = folder.resolve("openlambda.backup");
    Path other = folder.resolve("other");
    AwsClient client;
    String picture;
    try (Server server = Server.up(data(), "127.0.0.1:0")) {
      client = AwsClient.of(server);
      assertThat(client.python("backup.py", "fill")).isEmpty();
      picture = client.python("backup.py", "picture");
      Path running = Files.createFile(folder.resolve("running"));
      CompletableFuture<String> deploying = deploying(client, running);
      Thread.sleep(2_000); // some are done
      Server.Ended ended = backUp(data(), file);
      assertThat(ended.output()).matches(".*: \\d+ archives of code and \\d+ rows in .*\\n");
      Files.delete(running);
      assertThat(Integer.parseInt(deploying.join())).as("deploys meanwhile").isGreaterThan(3);
      assertThat(backUp(data(), file).output()).contains("is there already");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(restore(file, data()).output()).contains("is not empty");
    assertThat(restore(file, other).output()).contains("serves them");
    try (Server server = Server.up(other, "127.0.0.1:0")) {
      assertThat(server.said())
          .as("the keys are the old ones")
          .noneMatch(line -> line.contains("SECRET"));
      AwsClient now = client.at(server);
      assertThat(now.python("backup.py", "picture")).isEqualTo(picture);
      assertThat(now.python("backup.py", "check")).isEqualTo("whole");
    }
    Path again = folder.resolve("again.backup");
    assertThat(backUp(other, again).status()).as("of a server that does not run").isZero();
    Path third = Files.createDirectory(folder.resolve("third"));
    assertThat(restore(again, third).status()).isZero();
    assertThat(third.resolve("secret.key")).hasSameBinaryContentAs(data().resolve("secret.key"));
  }

  private static CompletableFuture<String> deploying(AwsClient client, Path running) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return client.python("backup.py", "deploy", running.toString());
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    });
  }

  @Test
  void a_file_that_was_cut_off_or_altered_is_refused_and_leaves_nothing() throws Exception {
    Path file = folder.resolve("openlambda.backup");
    try (Server server = Server.up(data(), "127.0.0.1:0")) {
      assertThat(AwsClient.of(server).step("make", "one")).isEqualTo("made");
      assertThat(backUp(data(), file).status()).isZero();
    }
    byte[] good = Files.readAllBytes(file);
    byte[] altered = good.clone();
    altered[good.length / 3] ^= 1;
    Path bad = folder.resolve("bad.backup");
    Path absent = folder.resolve("absent");
    Path empty = Files.createDirectory(folder.resolve("empty"));
    for (byte[] wrong : List.of(Arrays.copyOf(good, good.length / 2), altered, new byte[0])) {
      Files.write(bad, wrong);
      Server.Ended ended = restore(bad, absent);
      assertThat(ended.output()).contains("is no whole backup");
      assertThat(ended.status()).isEqualTo(1);
      assertThat(absent).doesNotExist();
      assertThat(restore(bad, empty).status()).isEqualTo(1);
      assertThat(empty).isEmptyDirectory();
    }
    Path half = Files.createDirectory(folder.resolve("half"));
    Files.createFile(half.resolve("restoring"));
    assertThat(Server.run("up", "--data", half.toString()).output())
        .contains("holds a part of a backup");
    assertThat(restore(file, half).status()).isZero();
  }

  @Test
  void a_server_that_keeps_its_code_in_a_bucket_is_backed_up_with_it() throws Exception {
    Path file = folder.resolve("openlambda.backup");
    AwsClient client;
    try (var s3 = new S3Server("bundles");
        Server server = Server.up(data(), s3.environment(), "--bundles", "s3://bundles")) {
      client = AwsClient.of(server);
      assertThat(client.step("make", "one")).isEqualTo("made");
      String[] words = {"backup", file.toString(), "--data", data().toString()};
      assertThat(Server.run(s3.environment(), with(words, "--bundles", "s3://bundles")).output())
          .contains("1 archives of code");
    }
    Path other = folder.resolve("other");
    assertThat(restore(file, other).status()).isZero();
    try (Server server = Server.up(other, Map.of())) {
      assertThat(client.at(server).step("call", "one")).isEqualTo("one");
    }
  }

  private static String[] with(String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }
}
