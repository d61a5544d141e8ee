package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openlambda.control.lambda.Plane.FUNCTIONS;
import static org.openlambda.control.lambda.Plane.OWNER;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openlambda.control.lambda.Plane.Said;
import org.openlambda.core.function.Version;
import org.openlambda.core.time.Patience;

/// How what is made or changed settles.
@Tag("root")
@Timeout(120)
@ExtendWith(FreshPlane.class)
final class SettlementTest {
  private static final String F = FUNCTIONS + "/f";
  private static final String BUSY = "The operation cannot be performed at this time. ";
  private static final String UPDATING =
      BUSY
          + "An update is in progress for resource: arn:aws:lambda:us-east-1:123456789012:function:f";

  /// As a change leaves it that is not known to be served.
  private static final String LEFT =
      "update version set settling = '%s', settling_since = clock_timestamp() + interval '%d s',"
          + " settled_as = '00000000-0000-4000-8000-000000000001'";

  private Plane plane;

  @BeforeEach
  void open(Plane fresh) {
    plane = fresh;
  }

  private Said create(Object... more) {
    return plane.create(OWNER, "f", 10, more).granted();
  }

  private Said configuration() {
    return plane.ask("GET", F + "/configuration").granted();
  }

  private Said timeout(int seconds, Object... more) {
    Object[] all =
        more.length == 0
            ? new Object[] {"Timeout", seconds}
            : new Object[] {"Timeout", seconds, more[0], more[1]};
    return plane.ask("PUT", F + "/configuration", all);
  }

  private void assertSettled(String revisionBefore) {
    Said said = configuration();
    assertThat(said.text("State")).isEqualTo("Active");
    assertThat(said.text("LastUpdateStatus")).isEqualTo("Successful");
    assertThat(said.body().has("StateReason")).isFalse();
    assertThat(said.body().has("LastUpdateStatusReason")).isFalse();
    assertThat(said.text("RevisionId")).isNotEqualTo(revisionBefore);
  }

  @Test
  void what_is_made_is_pending_in_the_answer_and_active_with_another_revision_once_it_is_served() {
    Said made = create();
    assertThat(made.text("State")).isEqualTo("Pending");
    assertThat(made.text("StateReason")).isEqualTo("The function is being created.");
    assertThat(made.text("StateReasonCode")).isEqualTo("Creating");
    assertThat(made.body().has("LastUpdateStatus")).isFalse();
    assertThat(plane.routes.find(Plane.id("f"), Version.LATEST)).isPresent();
    assertSettled(made.text("RevisionId"));
  }

  @Test
  void what_is_changed_is_in_progress_in_the_answer_and_has_settled_once_it_is_served() {
    create();
    for (Said changed :
        new Said[] {timeout(9), plane.ask("PUT", F + "/code", "ZipFile", Plane.zip(20))}) {
      assertThat(changed.granted().text("State")).isEqualTo("Active");
      assertThat(changed.text("LastUpdateStatus")).isEqualTo("InProgress");
      assertThat(changed.text("LastUpdateStatusReason"))
          .isEqualTo("The function is being created.");
      assertThat(changed.text("LastUpdateStatusReasonCode")).isEqualTo("Creating");
      assertSettled(changed.text("RevisionId"));
      timeout(10, "RevisionId", changed.text("RevisionId")).refused(412, "GetFunction/GetAlias");
    }
    timeout(10, "RevisionId", configuration().text("RevisionId")).granted();
    assertThat(plane.ask("GET", F + "/configuration").granted().body().get("Timeout").intValue())
        .isEqualTo(10);
  }

  @Test
  void a_version_that_is_published_by_a_change_settles_with_it() {
    assertThat(create("Publish", true).text("State")).isEqualTo("Pending");
    Said published = plane.ask("GET", F + "/configuration?Qualifier=1").granted();
    assertThat(published.text("State")).isEqualTo("Active");
    assertThat(published.text("LastUpdateStatus")).isEqualTo("Successful");
  }

  @Test
  void one_change_after_another_and_many_at_once_are_all_made() {
    create();
    for (int i = 1; i <= 20; i++) {
      timeout(i).granted();
    }
    IntStream.range(1, 9)
        .mapToObj(i -> CompletableFuture.supplyAsync(() -> timeout(100 + i)))
        .toList()
        .forEach(change -> change.join().granted());
    assertSettled("");
  }

  @Test
  void changes_settle_well_within_100_ms() {
    create();
    long begun = System.nanoTime();
    for (int i = 1; i <= 20; i++) {
      timeout(i).granted();
      assertSettled("");
    }
    Duration each = Duration.ofNanos((System.nanoTime() - begun) / 20);
    assertThat(each).isLessThan(Patience.of(Duration.ofMillis(100)));
  }

  @Test
  void a_change_waits_a_second_for_another_one_and_is_then_refused_word_for_word()
      throws Exception {
    create();
    plane.sql(LEFT.formatted("updating", 60));
    assertThat(configuration().text("LastUpdateStatus")).isEqualTo("InProgress");
    long begun = System.nanoTime();
    timeout(9).refused(409, UPDATING);
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isGreaterThan(Duration.ofNanos(Kept.PATIENCE_NANOS));
    plane.ask("PUT", F + "/code", "ZipFile", Plane.zip(20)).refused(409, UPDATING);
    plane.ask("POST", F + "/versions", "Description", "").refused(409, UPDATING);
    plane.sql(LEFT.formatted("creating", 60));
    assertThat(configuration().text("State")).isEqualTo("Pending");
    timeout(9).refused(409, BUSY + "The function is currently in the following state: Pending");
    plane.ask("DELETE", F).granted();
  }

  @Test
  void a_change_that_comes_while_another_one_settles_is_made_after_it() throws Exception {
    create();
    for (int i = 1; i <= 10; i++) {
      int seconds = i;
      plane.sql(LEFT.formatted("updating", 60));
      var waiting = CompletableFuture.supplyAsync(() -> timeout(seconds));
      configuration();
      plane.sql("update version set settling_since = clock_timestamp() - interval '2 s'");
      waiting.join().granted();
    }
  }

  @Test
  void what_a_node_left_that_died_settles_by_itself() throws Exception {
    create();
    for (String kind : new String[] {"creating", "updating"}) {
      plane.sql(LEFT.formatted(kind, -3));
      assertSettled("");
      assertThat(configuration().text("RevisionId"))
          .isEqualTo("00000000-0000-4000-8000-000000000001");
      timeout(9, "RevisionId", "00000000-0000-4000-8000-000000000001").granted();
    }
    assertSettled("00000000-0000-4000-8000-000000000001");
  }
}
