package org.openlambda.control.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class S3Test {
  private static final S3.Bounds SHORT =
      new S3.Bounds(Duration.ofMillis(500), Duration.ofMillis(500), Duration.ofSeconds(2));

  private TestS3 server;
  private S3 s3;

  @TempDir private Path folder;

  @BeforeAll
  void serve() throws Exception {
    server = new TestS3();
    server.make("shop");
    s3 = TestS3.client();
  }

  @AfterAll
  void end() throws Exception {
    s3.close();
    server.close();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("file"), text);
  }

  @Test
  void objects_are_kept_found_listed_and_deleted() throws Exception {
    var name = new S3.Name("shop", "a b/ü+%.zip");
    s3.put(name, file("content"));
    assertThat(s3.look(name).orElseThrow().bytes()).isEqualTo(7);
    Path copy = folder.resolve("copy");
    s3.get(name, copy, 7);
    assertThat(copy).hasContent("content");
    List<String> keys = new ArrayList<>();
    s3.list("shop", "a b/", found -> keys.add(found.key()));
    assertThat(keys).containsExactly(name.key());
    s3.delete(name);
    s3.delete(name);
    assertThat(s3.look(name)).isEmpty();
  }

  @Test
  void a_list_goes_on_beyond_a_thousand() throws Exception {
    for (int i = 0; i < 1_005; i++) {
      server.put("shop", "many/%04d".formatted(i), new byte[1]);
    }
    List<String> keys = new ArrayList<>();
    s3.list("shop", "many/", found -> keys.add(found.key()));
    assertThat(keys).hasSize(1_005).isSorted().last().isEqualTo("many/1004");
  }

  @Test
  void what_is_not_there_is_refused_in_the_words_of_s3() {
    Path copy = folder.resolve("copy");
    assertThatThrownBy(() -> s3.get(new S3.Name("shop", "absent"), copy, 1))
        .isInstanceOfSatisfying(
            S3Refused.class,
            no -> {
              assertThat(no.code()).isEqualTo("NoSuchKey");
              assertThat(no.reason()).isEqualTo("The specified key does not exist.");
              assertThat(no.isAbsence()).isTrue();
            });
    assertThatThrownBy(() -> s3.get(new S3.Name("no-such-bucket", "a"), copy, 1))
        .isInstanceOfSatisfying(
            S3Refused.class,
            no -> {
              assertThat(no.code()).isEqualTo("NoSuchBucket");
              assertThat(no.reason()).startsWith("The specified bucket does not exist");
              assertThat(no.isAbsence()).isFalse();
            });
    assertThat(copy).doesNotExist();
  }

  @Test
  void an_object_that_is_too_large_is_not_read() throws Exception {
    var name = new S3.Name("shop", "large");
    s3.put(name, file("12345678"));
    assertThatThrownBy(() -> s3.get(name, folder.resolve("copy"), 7))
        .isInstanceOf(S3.TooLarge.class);
    assertThat(folder.resolve("copy")).doesNotExist();
  }

  @Test
  void a_server_that_is_away_is_said_to_be_and_asked_again() throws Exception {
    var name = new S3.Name("shop", "there");
    s3.put(name, file("there"));
    server.away(() -> assertThatThrownBy(() -> s3.look(name)).isInstanceOf(S3Away.class));
    assertThat(s3.look(name)).isPresent();
  }

  private void isGivenUp(SlowServer.Manner manner) throws Exception {
    try (var _ = new SlowServer(manner);
        var impatient = new S3("us-east-1", SHORT)) {
      long begin = System.nanoTime();
      Path copy = folder.resolve("copy");
      assertThatThrownBy(() -> impatient.get(new S3.Name("shop", "slow"), copy, 1_000_000))
          .isInstanceOf(S3Away.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(6));
    }
  }

  @Test
  void a_server_that_falls_silent_is_given_up() throws Exception {
    isGivenUp(SlowServer.Manner.NOTHING);
  }

  @Test
  void a_server_that_never_ends_its_answer_is_given_up() throws Exception {
    isGivenUp(SlowServer.Manner.DRIPS);
  }

  @Test
  void places_in_buckets_are_read() {
    assertThat(BucketAddress.parse("s3://shop")).isEqualTo(new BucketAddress("shop", ""));
    assertThat(BucketAddress.parse("s3://shop/a/b/")).isEqualTo(new BucketAddress("shop", "a/b/"));
    assertThat(BucketAddress.parse("s3://shop/a/b")).hasToString("s3://shop/a/b");
    for (String wrong : List.of("shop", "s3://", "s3://Shop", "http://shop", "s3://shop/../x")) {
      assertThatThrownBy(() -> BucketAddress.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(S3.isPlain("a/b..c/.d")).isTrue();
    assertThat(S3.isPlain("../other/x")).isFalse();
    assertThat(S3.isPlain("a/./b")).isFalse();
  }
}
