package org.openlambda.control.bundles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.s3.BucketAddress;
import org.openlambda.control.s3.S3;
import org.openlambda.control.s3.SlowServer;
import org.openlambda.control.s3.TestS3;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.bundle.CodeAway;
import org.openlambda.core.function.Digest;
import org.openlambda.core.units.Bytes;

@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BucketBundlesTest extends BundlesContract {
  private static final String BUCKET = "code";

  private TestS3 server;
  private S3 s3;
  private BucketAddress place;

  @TempDir private Path other;
  @TempDir private Path keys;

  @BeforeAll
  void serve() throws Exception {
    server = new TestS3();
    server.make(BUCKET);
    s3 = TestS3.client();
  }

  @AfterAll
  void end() throws Exception {
    s3.close();
    server.close();
  }

  @BeforeEach
  void fresh() {
    place = new BucketAddress(BUCKET, UUID.randomUUID() + "/");
  }

  private BucketBundles bundles(Path cache, String key, Bytes cached) throws IOException {
    var bucket = new Bucket(s3, place, Sealer.open(keys.resolve(key)));
    return new BucketBundles(new FolderBundles(cache, bounds()), bucket, bounds().packed(), cached);
  }

  @Override
  Bundles bundles() throws IOException {
    return bundles(folder, "key", BucketBundles.CACHE);
  }

  /// Of another node, which has nothing yet.
  private Bundles elsewhere() throws IOException {
    return bundles(other, "key", BucketBundles.CACHE);
  }

  private List<String> objects() throws IOException {
    var all = new ArrayList<String>();
    s3.list(BUCKET, place.prefix(), found -> all.add(found.key().substring(37)));
    all.remove("owner");
    return all;
  }

  private static String key(Bundles.Kept kept) {
    return kept.tree() + "/" + kept.archive();
  }

  @Test
  void another_node_has_code_archives_and_what_was_merged_from_the_bucket() throws Exception {
    byte[] zip = zip("a", 0100644, "one", "bin/run", 0100755, "#!/bin/sh");
    Bundles.Kept first = keep(zip);
    Bundles.Kept second = keep(zip("b", 0100644, "two", "link", 0120777, "b"));
    Digest merged = bundles().merge(List.of(first.tree(), second.tree()));
    assertThat(objects()).containsExactlyInAnyOrder(key(first), key(second), merged + "/merged");
    Bundles there = elsewhere();
    assertThat(there.code(first.tree()).folder()).doesNotExist();
    for (Digest tree : List.of(first.tree(), second.tree(), merged)) {
      there.bring(there.code(tree));
    }
    assertThat(there.code(first.tree()).folder().resolve("bin/run")).isExecutable();
    assertThat(there.code(merged).folder().resolve("a")).hasContent("one");
    assertThat(there.code(merged).folder().resolve("link")).isSymbolicLink().hasContent("two");
    assertThat(there.open(first).readAllBytes()).isEqualTo(zip);
    server.away(() -> {
      there.bring(there.code(merged));
      assertThat(there.open(first).readAllBytes()).isEqualTo(zip);
    });
  }

  @Test
  void what_is_damaged_in_the_bucket_is_not_used() throws Exception {
    Bundles.Kept kept = keep(zip("a", 0100644, "right"));
    server.put(BUCKET, place.key(key(kept)), zip("a", 0100644, "wrong"));
    Bundles there = elsewhere();
    assertThatThrownBy(() -> there.bring(there.code(kept.tree())))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(CodeAway.class)
        .hasMessageContaining("is not in");
    assertThatThrownBy(() -> there.open(kept)).hasMessageContaining("damaged");
    assertThat(other.resolve("tree")).isEmptyDirectory();
    assertThat(other.resolve("part")).isEmptyDirectory();
    server.put(BUCKET, place.key(kept.tree() + "/merged"), zip("a", 0100644, "wrong"));
    assertThatThrownBy(() -> there.bring(there.code(kept.tree())))
        .hasMessageContaining("is not in");
  }

  @Test
  void orphans_in_the_bucket_are_swept_when_they_are_old_enough() throws Exception {
    Bundles.Kept used = keep(zip("a", 0100644, "used"));
    Bundles.Kept left = keep(zip("a", 0100644, "left"));
    Digest merged = bundles().merge(List.of(used.tree(), left.tree()));
    var all = new Bundles.Used(Set.of(used), Set.of(merged));
    assertThat(bundles().sweep(all, Instant.now().minusSeconds(60))).isZero();
    assertThat(objects()).hasSize(3);
    bundles().sweep(all, Instant.now().plusSeconds(60));
    assertThat(objects()).containsExactlyInAnyOrder(key(used), merged + "/merged");
  }

  @Test
  void while_the_bucket_is_away_code_that_is_here_is_there_and_nothing_is_kept() throws Exception {
    Bundles.Kept here = keep(zip("a", 0100644, "here"));
    Bundles there = elsewhere();
    Bundles bundles = bundles();
    server.away(() -> {
      bundles.bring(bundles.code(here.tree()));
      assertThatThrownBy(() -> there.bring(there.code(here.tree()))).isInstanceOf(CodeAway.class);
      assertThatThrownBy(() -> there.open(here)).isInstanceOf(CodeAway.class);
      assertThatThrownBy(() -> keep(zip("a", 0100644, "new"))).isInstanceOf(CodeAway.class);
      assertThatThrownBy(() -> bundles.sweep(used(), Instant.now())).isInstanceOf(CodeAway.class);
    });
    there.bring(there.code(here.tree()));
    Bundles.Kept late = keep(zip("a", 0100644, "new"));
    assertThat(objects()).contains(key(late));
  }

  @Test
  void the_place_of_another_server_is_refused() throws Exception {
    keep(zip("a", 0100644, "ours"));
    BucketBundles theirs = bundles(other, "other-key", BucketBundles.CACHE);
    assertThatThrownBy(theirs::claim).hasMessageContaining("another server");
    assertThatThrownBy(() -> theirs.sweep(used(), Instant.now().plusSeconds(60)))
        .hasMessageContaining("another server");
    assertThat(objects()).hasSize(1);
    place = new BucketAddress("no-such-bucket", "");
    assertThatThrownBy(bundles(other, "key", BucketBundles.CACHE)::claim)
        .hasMessageContaining("NoSuchBucket");
  }

  @Test
  void what_a_folder_had_before_is_given_to_the_bucket() throws Exception {
    var before = new FolderBundles(folder, bounds());
    Bundles.Kept kept = before.keep(zip("a", 0100644, "before"), Bundles.Format.ZIP, (_, _) -> {});
    Bundles.Kept unused =
        before.keep(zip("a", 0100644, "unused"), Bundles.Format.ZIP, (_, _) -> {});
    Digest merged = before.merge(List.of(kept.tree(), unused.tree()));
    bundles().sweep(new Bundles.Used(Set.of(kept), Set.of(merged)), Instant.now().minusSeconds(60));
    assertThat(objects()).containsExactlyInAnyOrder(key(kept), merged + "/merged");
  }

  @Test
  void the_folder_beside_a_bucket_keeps_what_was_asked_for_last() throws Exception {
    Bundles small = bundles(folder, "key", new Bytes(150_000));
    Bundles.Kept first = keep(zip("a", 0100644, random(1)));
    Thread.sleep(20);
    Bundles.Kept second = keep(zip("a", 0100644, random(2)));
    Thread.sleep(20);
    small.bring(small.code(first.tree()));
    small.sweep(used(first, second), Instant.now().minusSeconds(60));
    assertThat(small.code(second.tree()).folder()).as("asked for just now").isDirectory();
    small.sweep(used(first, second), Instant.now().plusSeconds(60));
    assertThat(small.code(first.tree()).folder()).isDirectory();
    assertThat(small.code(second.tree()).folder()).doesNotExist();
    small.bring(small.code(second.tree()));
    assertThat(small.code(second.tree()).folder()).isDirectory();
    assertThat(objects()).containsExactlyInAnyOrder(key(first), key(second));
  }

  @Test
  void more_objects_than_may_be_fetched_at_once_are_refused() throws Exception {
    var content = Bucket.Content.merged(new Digest("a".repeat(64)));
    var impatient =
        new S3.Bounds(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(5));
    try (var slow = new SlowServer(SlowServer.Manner.NOTHING);
        var its = new S3("us-east-1", impatient)) {
      var bucket = new Bucket(its, place, Sealer.open(keys.resolve("key")));
      var running = new ArrayList<Thread>();
      for (int i = 0; i < Bucket.AT_ONCE; i++) {
        Path file = other.resolve("file" + i);
        running.add(
            Thread.ofVirtual()
                .start(() ->
                    assertThatThrownBy(() -> bucket.isFetched(content, file, 1_000_000))
                        .isInstanceOf(CodeAway.class)));
      }
      slow.await(Bucket.AT_ONCE);
      assertThatThrownBy(() -> bucket.isFetched(content, other.resolve("more"), 1))
          .isInstanceOf(CodeAway.class)
          .hasMessageContaining("4 objects are fetched");
      for (Thread thread : running) {
        thread.join();
      }
    }
  }

  private static String random(int seed) {
    var random = new Random(seed);
    var text = new StringBuilder();
    random.ints(100_000, 'a', 'z').forEach(letter -> text.append((char) letter));
    return text.toString();
  }
}
