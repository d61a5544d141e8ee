package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.catalog.CodeQuota;
import org.openlambda.core.control.ControlApi.Answer;

/// How many versions an account has.
@Tag("root")
@Timeout(120)
class VersionQuotaTest {
  private static final String FUNCTIONS = "/2015-03-31/functions";

  @TempDir private Path folder;

  private TestPlane plane(CodeQuota quota) throws IOException {
    Quotas u = TestPlane.usual();
    return new TestPlane(
        folder,
        new Quotas(
            u.runtimes(),
            u.memoryMebi(),
            u.timeoutSeconds(),
            u.zippedBytes(),
            u.unzippedBytes(),
            quota,
            u.concurrency(),
            u.environmentBytes()));
  }

  private static String code(int number) throws IOException {
    byte[] zip = TestPlane.zip("number = 17%02d".formatted(number));
    return "{\"ZipFile\": \"" + Base64.getEncoder().encodeToString(zip) + "\"}";
  }

  private static Answer create(TestPlane plane, String name, int number) throws IOException {
    String rest =
        "\"Runtime\": \"python3.11\", \"Handler\": \"app.f\","
            + " \"Role\": \"arn:aws:iam::123456789012:role/r\"";
    return plane.ask(
        "POST",
        FUNCTIONS,
        "{\"FunctionName\": \"%s\", \"Code\": %s, %s}".formatted(name, code(number), rest));
  }

  private static void assertRefused(Answer answer, String why) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.headers()).containsValue("CodeStorageExceededException");
    assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains(why);
  }

  @Test
  void the_defaults_are_those_of_the_documentation() {
    assertThat(TestPlane.usual().code())
        .isEqualTo(CodeQuota.DEFAULT)
        .isEqualTo(new CodeQuota(75L << 30, 100_000));
  }

  @Test
  void an_account_has_100_000_versions_and_each_change_is_whole() throws Exception {
    try (var plane = plane(new CodeQuota(1 << 20, 3))) {
      assertThat(create(plane, "a", 1).status()).isEqualTo(201);
      assertThat(plane.ask("POST", FUNCTIONS + "/a/versions", "{}").status()).isEqualTo(201);
      assertThat(create(plane, "b", 2).status()).isEqualTo(201);
      String full = "An account has 3 versions of functions at most.";
      assertRefused(create(plane, "c", 3), full);
      assertRefused(plane.ask("POST", FUNCTIONS + "/b/versions", "{}"), full);
      assertThat(plane.ask("GET", FUNCTIONS + "/b/versions", "").body())
          .asString(StandardCharsets.UTF_8)
          .doesNotContain("\"Version\":\"1\"");
      assertThat(plane.ask("DELETE", FUNCTIONS + "/a", "").status()).isEqualTo(204);
      assertThat(create(plane, "c", 3).status()).isEqualTo(201);
    }
  }
}
