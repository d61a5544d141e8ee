package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openlambda.control.lambda.Plane.FUNCTIONS;
import static org.openlambda.control.lambda.Plane.OWNER;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openlambda.control.catalog.AliasRollbacks;
import org.openlambda.control.lambda.Plane.Said;
import org.openlambda.core.control.Rollbacks.Result;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.RequestId;

/// Aliases that instances are kept ready for.
@Tag("root")
@Timeout(120)
@ExtendWith(FreshPlane.class)
final class ReadyAliasTest {
  private static final String F = FUNCTIONS + "/f";
  private static final String WEIGHTS =
      "Alias with weights can not be used with Provisioned Concurrency";
  private static final String TAKEN =
      "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned"
          + " version";
  private static final Object SHARED = Map.of("AdditionalVersionWeights", Map.of("2", 0.1));

  private Plane plane;

  /// A function with the versions 1 to 3, whose alias `live` names the first.
  @BeforeEach
  void open(Plane fresh) {
    plane = fresh;
    plane.create(OWNER, "f", 10, "Publish", true).granted();
    for (int i = 0; i < 2; i++) {
      plane.ask("PUT", F + "/code", "ZipFile", Plane.zip(10), "Publish", true).granted();
    }
    plane.ask("POST", F + "/aliases", "Name", "live", "FunctionVersion", "1").granted();
  }

  private Said provision(String qualifier) {
    return plane.ask(
        "PUT",
        "/2019-09-30/functions/f/provisioned-concurrency?Qualifier=" + qualifier,
        "ProvisionedConcurrentExecutions",
        1);
  }

  private Said move(Object... members) {
    return plane.ask("PUT", F + "/aliases/live", members);
  }

  @Test
  void it_gets_no_weights_and_one_with_weights_gets_no_instances() {
    provision("live").granted();
    move("RoutingConfig", SHARED).refused(400, WEIGHTS);
    move("FunctionVersion", "3", "RoutingConfig", SHARED).refused(400, WEIGHTS);
    assertThat(move("Description", "said otherwise").granted().body().has("RoutingConfig"))
        .isFalse();
    move("FunctionVersion", "2").granted();
    plane.ask("DELETE", "/2019-09-30/functions/f/provisioned-concurrency?Qualifier=live").granted();
    move("FunctionVersion", "1", "RoutingConfig", SHARED).granted();
    provision("live").refused(400, WEIGHTS);
  }

  @Test
  void it_is_not_moved_to_what_is_not_published_or_ready_by_another_name() {
    provision("live").granted();
    provision("3").granted();
    move("FunctionVersion", "3").refused(409, TAKEN);
    move("FunctionVersion", "$LATEST").refused(400, "unpublished function versions");
    move("FunctionVersion", "2").granted();
  }

  @Test
  void one_that_names_what_is_not_published_gets_no_instances() {
    plane.ask("POST", F + "/aliases", "Name", "newest", "FunctionVersion", "$LATEST").granted();
    provision("newest").refused(400, "unpublished function versions");
  }

  @Test
  void going_back_passes_over_weights() {
    move("FunctionVersion", "1", "RoutingConfig", SHARED).granted();
    move("FunctionVersion", "3", "RoutingConfig", Map.of()).granted();
    provision("live").granted();
    var actor =
        new Actor(
            new Principal(OWNER, "ada", Role.ADMIN, "AKIATEST"), "127.0.0.1:1", RequestId.random());
    Result result =
        new AliasRollbacks(plane.database, plane.kept.catalog(), plane.routes)
            .rollBack(actor, new FunctionName("f"), "live", Optional.empty());
    assertThat(result)
        .isInstanceOfSatisfying(
            Result.Moved.class,
            moved -> {
              assertThat(moved.after().version()).isEqualTo("1");
              assertThat(moved.after().share()).isEmpty();
            });
  }
}
