package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.openlambda.control.lambda.Plane.FUNCTIONS;
import static org.openlambda.control.lambda.Plane.LAYERS;
import static org.openlambda.control.lambda.Plane.OWNER;
import static org.openlambda.control.lambda.Plane.STRANGER;

import java.io.ByteArrayInputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openlambda.control.archive.Tar;
import org.openlambda.control.catalog.CodeQuota;
import org.openlambda.control.lambda.Plane.Said;
import org.openlambda.control.registry.AccountRegistries;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Registry;
import org.openlambda.core.identity.Actor;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;

/// How much code an account keeps.
@Tag("root")
@Timeout(120)
@ExtendWith(FreshPlane.class)
final class CodeQuotaTest {
  private static final int KIBI = 1024;
  private static final String FULL = "Code storage limit exceeded.";

  private Plane plane;

  @BeforeEach
  void open(Plane fresh) {
    plane = fresh;
    plane.limit(CodeQuota.DEFAULT.with(100 * KIBI));
  }

  private long used() {
    return plane
        .ask("GET", "/2016-08-19/account-settings")
        .granted()
        .body()
        .at("/AccountUsage/TotalCodeSize")
        .longValue();
  }

  private Said layer(int bytes) {
    return plane.ask(
        "POST", LAYERS + "/words/versions", "Content", Map.of("ZipFile", Plane.zip(bytes)));
  }

  private Said update(String name, int bytes, Object... more) {
    return plane.ask(
        "PUT",
        FUNCTIONS + "/" + name + "/code",
        more.length == 0
            ? new Object[] {"ZipFile", Plane.zip(bytes)}
            : new Object[] {"ZipFile", Plane.zip(bytes), more[0], more[1]});
  }

  private Said publish(String name) {
    return plane.ask("POST", FUNCTIONS + "/" + name + "/versions", "Description", "");
  }

  @Test
  void code_beyond_the_quota_is_refused_by_every_operation_that_would_add_some() {
    plane.create(OWNER, "first", 40 * KIBI).granted();
    layer(40 * KIBI).granted();
    long before = used();
    for (Said said :
        List.of(
            plane.create(OWNER, "second", 30 * KIBI),
            plane.create(OWNER, "twice", 12 * KIBI, "Publish", true),
            layer(30 * KIBI),
            update("first", 80 * KIBI),
            update("first", 39 * KIBI, "Publish", true),
            publish("first"))) {
      said.refused(400, FULL);
    }
    assertThat(used()).isEqualTo(before);
    plane.ask("GET", FUNCTIONS + "/second").refused(404, "Function not found");
    assertThat(plane.ask("GET", FUNCTIONS + "/first/versions").body().get("Versions").size())
        .isEqualTo(1);
    plane.create(STRANGER, "second", 60 * KIBI).granted();
    plane.create(OWNER, "small", 10 * KIBI).granted();
  }

  @Test
  void who_adds_no_code_may_change_what_is_there_even_beyond_the_quota() throws Exception {
    plane.create(OWNER, "first", 60 * KIBI, "Publish", false).granted();
    plane.sql("update code set size = size * 10");
    assertThat(used()).isGreaterThan(600 * KIBI);
    plane.ask("PUT", FUNCTIONS + "/first/configuration", "Timeout", 9).granted();
    plane.sql("update code set size = size / 10");
    plane.create(OWNER, "second", 30 * KIBI, "Publish", false).granted();
    update("first", 50 * KIBI).granted();
    publish("second").refused(400, FULL);
    plane.ask("DELETE", FUNCTIONS + "/first").granted();
    assertThat(publish("second").granted().text("Version")).isEqualTo("1");
    plane.sql("update code set size = size * 10");
    assertThat(publish("second").granted().text("Version")).isEqualTo("1");
  }

  @Test
  void of_uploads_at_the_same_time_no_more_get_in_than_there_is_room_for() {
    List<CompletableFuture<Said>> all =
        IntStream.range(0, 6)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> plane.create(OWNER, "f" + i, 40 * KIBI)))
            .toList();
    List<Integer> statuses = all.stream().map(one -> one.join().status()).sorted().toList();
    assertThat(statuses).containsExactly(201, 201, 400, 400, 400, 400);
    assertThat(used()).isLessThan(100 * KIBI);
  }

  @Test
  void what_ol_deploys_counts_and_is_refused_alike() throws Exception {
    var actor =
        new Actor(
            new Principal(OWNER, "ada", Role.ADMIN, "AKIATEST"), "127.0.0.1:1", RequestId.random());
    Registry registry =
        new AccountRegistries(
                new AccountRegistries.Parts(
                    plane.database,
                    plane.kept.catalog(),
                    plane.kept.bundles(),
                    plane.routes,
                    "python3.11",
                    Bytes.mebi(1),
                    CodeQuota.DEFAULT.with(100 * KIBI),
                    Time.system()))
            .of(actor);
    plane.create(OWNER, "first", 99 * KIBI).granted();
    var name = new FunctionName("deployed");
    byte[] archive =
        new Tar().file("f.py", "def f(event): return 1\n# " + Plane.zip(4 * KIBI)).gz();
    assertThatThrownBy(() -> registry.install(name, new ByteArrayInputStream(archive)))
        .isInstanceOf(Registry.BadBundle.class)
        .hasMessageContaining("the account may keep 100 KiB: delete versions or functions");
    assertThat(registry.names()).containsExactly(new FunctionName("first"));
    plane.ask("DELETE", FUNCTIONS + "/first").granted();
    registry.install(name, new ByteArrayInputStream(archive));
    assertThat(registry.names()).containsExactly(name);
  }

  @Test
  void an_account_has_100_000_versions_and_each_change_is_whole() {
    plane.limit(new CodeQuota(1 << 20, 3));
    plane.create(OWNER, "a", KIBI, "Publish", true).granted();
    plane.create(OWNER, "b", KIBI).granted();
    String full = "An account has 3 versions of functions at most.";
    plane.create(OWNER, "c", KIBI).refused(400, full);
    publish("b").refused(400, full);
    assertThat(plane.ask("GET", FUNCTIONS + "/b/versions").body().get("Versions").size())
        .isEqualTo(1);
    plane.ask("DELETE", FUNCTIONS + "/a").granted();
    plane.create(OWNER, "c", KIBI).granted();
  }

  @Test
  void the_defaults_are_those_of_the_documentation() {
    assertThat(Quotas.ofAws(List.of("python3.11")).code())
        .isEqualTo(CodeQuota.DEFAULT)
        .isEqualTo(new CodeQuota(75L << 30, 100_000));
  }
}
