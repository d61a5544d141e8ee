package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.model.Fault;
import org.openlambda.control.s3.S3;
import org.openlambda.control.s3.SlowServer;
import org.openlambda.control.s3.TestS3;
import org.openlambda.core.function.Account;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class ObjectCodeTest {
  private static final S3.Bounds SHORT =
      new S3.Bounds(Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ofSeconds(5));

  private static final JsonNode CODE =
      JsonMapper.shared().createObjectNode().put("S3Bucket", "deploys").put("S3Key", "app.zip");

  @TempDir private Path folder;

  private static Fault fault(ObjectCode objects, Path file) {
    try {
      objects.fetch(Account.FIRST, CODE, file, 1_000_000);
      throw new AssertionError("it was fetched");
    } catch (Fault fault) {
      return fault;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void more_objects_than_may_be_fetched_at_once_are_refused() throws Exception {
    try (var _ = new TestS3();
        var slow = new SlowServer(SlowServer.Manner.NOTHING);
        var s3 = new S3("us-east-1", SHORT)) {
      var objects = new ObjectCode(s3, CodeBuckets.parse("deploys"), Optional.empty());
      var running = new ArrayList<Thread>();
      for (int i = 0; i < ObjectCode.AT_ONCE; i++) {
        Path file = folder.resolve("file" + i);
        running.add(
            Thread.ofVirtual()
                .start(() -> assertThat(fault(objects, file).status()).isEqualTo(503)));
      }
      slow.await(ObjectCode.AT_ONCE);
      assertThat(fault(objects, folder.resolve("more")).code())
          .isEqualTo("TooManyRequestsException");
      for (Thread thread : running) {
        thread.join();
      }
      assertThat(fault(objects, folder.resolve("more")).status()).as("now let in").isEqualTo(503);
    }
  }

  @Test
  void a_bucket_that_is_not_allowed_is_not_asked_for() throws Exception {
    try (var s3 = new S3("us-east-1", SHORT)) {
      for (var objects :
          new ObjectCode[] {
            new ObjectCode(s3, CodeBuckets.NONE, Optional.empty()),
            new ObjectCode(s3, CodeBuckets.parse("210987654321/*"), Optional.empty()),
            new ObjectCode(s3, CodeBuckets.parse("*"), Optional.of("deploys"))
          }) {
        assertThatThrownBy(() -> objects.fetch(Account.FIRST, CODE, folder.resolve("file"), 1))
            .isInstanceOfSatisfying(Fault.class, no -> assertThat(no.status()).isEqualTo(403));
      }
    }
  }
}
