package org.openlambda.tests.gate;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openlambda.control.database.Database;

/// The arrows between the rooms: who may import whom, and what each room may take from outside.
@Tag("gate")
final class ArrowsTest {
  private static final String PLATFORM = "java..";
  private static final String ANNOTATIONS = "org.jspecify.annotations..";

  private static final JavaClasses OURS =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(location -> !location.contains("/openlambda/tests/"))
          .withImportOption(location -> !location.contains("-tests.jar!"))
          .importPackages("org.openlambda");

  /// `room` depends on itself, the Java platform and what is named, and on nothing else.
  private static ArchRule only(String room, String... others) {
    var allowed = new ArrayList<>(List.of(PLATFORM, ANNOTATIONS, room(room)));
    for (String other : others) {
      allowed.add(other.contains(".") ? other : room(other));
    }
    return classes()
        .that()
        .resideInAPackage(room(room))
        .should()
        .onlyDependOnClassesThat(resideInAnyPackage(allowed.toArray(String[]::new)));
  }

  private static String room(String name) {
    return "org.openlambda." + name + "..";
  }

  /// Only the packages named take `outside`.
  private static ArchRule taken(String outside, String... by) {
    return noClasses()
        .that(resideOutsideOfPackages(by))
        .should()
        .dependOnClassesThat()
        .resideInAPackage(outside);
  }

  @Test
  void all_rooms_are_looked_at() {
    for (String room :
        List.of("core", "linux", "worker", "control", "gateway", "cli", "bench", "server")) {
      classes()
          .that()
          .resideInAPackage(room(room))
          .should()
          .bePublic()
          .orShould()
          .notBePublic()
          .check(OURS);
    }
  }

  @Test
  void core_needs_nothing() {
    only("core", "javax.crypto..").check(OURS); // which is part of java.base
  }

  @Test
  void linux_needs_nothing() {
    only("linux").check(OURS);
  }

  @Test
  void the_worker_stands_on_core_and_linux() {
    only("worker", "core", "linux", "org.slf4j..", "tools.jackson..", "org.apache.commons..")
        .check(OURS);
  }

  @Test
  void control_stands_on_core_and_linux() {
    only(
            "control",
            "core",
            "linux",
            "org.slf4j..",
            "tools.jackson..",
            "org.apache.commons..",
            "javax.crypto..",
            "com.zaxxer.hikari..",
            "org.bouncycastle..",
            "org.flywaydb..",
            "org.jdbi..",
            "org.postgresql..",
            "software.amazon.awssdk..")
        .check(OURS);
  }

  @Test
  void the_gateway_stands_on_core() {
    only("gateway", "core", "org.slf4j..", "tools.jackson..", "io.netty..", "javax.net.ssl..")
        .check(OURS);
  }

  @Test
  void the_command_line_stands_on_core_and_speaks_http() {
    only("cli", "core", "picocli..", "tools.jackson..", "org.apache.commons..", "javax.net.ssl..")
        .check(OURS);
  }

  @Test
  void the_benchmarks_stand_on_core_and_linux() {
    only("bench", "core", "linux", "picocli..", "tools.jackson..", "org.HdrHistogram..")
        .check(OURS);
  }

  @Test
  void nobody_imports_the_server() {
    taken(room("server"), room("server")).check(OURS);
  }

  @Test
  void only_linux_speaks_to_the_kernel() {
    taken("java.lang.foreign..", room("linux")).check(OURS);
  }

  @Test
  void only_the_door_knows_netty() {
    taken("io.netty..", room("gateway.door")).check(OURS);
  }

  @Test
  void only_what_deals_with_archives_knows_their_format() {
    taken(
            "org.apache.commons..",
            room("control.archive"),
            room("control.backup"),
            room("control.postgres"),
            room("worker.bundle"),
            room("cli.archive"))
        .check(OURS);
  }

  @Test
  void only_what_keeps_something_knows_the_database() {
    taken(
            "org.jdbi..",
            room("control.database"),
            room("control.catalog"),
            room("control.identity"),
            room("control.audit"))
        .check(OURS);
    taken("com.zaxxer..", room("control.database")).check(OURS);
    taken("org.flywaydb..", room("control.database")).check(OURS);
    taken("org.postgresql..", room("control.database")).check(OURS);
  }

  @Test
  void one_room_knows_the_client_of_s3() {
    taken("software.amazon.awssdk..", room("control.s3")).check(OURS);
  }

  @Test
  void only_what_knows_people_hashes_passwords() {
    taken("org.bouncycastle..", room("control.identity")).check(OURS);
  }

  /// Whoever writes past them leaves no trace in the audit log.
  @Test
  void the_operations_change_nothing_that_is_not_noted() {
    noClasses()
        .that()
        .resideInAnyPackage(room("control.lambda"), room("control.people"))
        .and(not(simpleName("Kept").or(simpleName("Desk")).or(simpleName("TokenOperations"))))
        .should()
        .callMethod(Database.class, "write", Database.Work.class)
        .check(OURS);
  }

  @Test
  void json_stays_out_of_core_and_linux() {
    noClasses()
        .that(resideInAnyPackage(room("core"), room("linux")))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tools.jackson..")
        .check(OURS);
  }

  @Test
  void only_clients_use_the_http_client() {
    taken("java.net.http..", room("cli"), room("bench"), room("server")).check(OURS);
  }

  @Test
  void no_packages_depend_on_one_another_in_a_circle() {
    slices().matching("org.openlambda.(**)").should().beFreeOfCycles().check(OURS);
  }

  @Test
  void no_state_hides_in_threads_or_classes() {
    noClasses().should().dependOnClassesThat().areAssignableTo(ThreadLocal.class).check(OURS);
    fields().that().areStatic().should().beFinal().check(OURS);
  }

  @Test
  void nobody_logs_past_the_logger() {
    taken("java.util.logging..").allowEmptyShould(true).check(OURS);
    noClasses()
        .that(resideOutsideOfPackages(room("server"), room("cli"), room("bench")))
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .check(OURS);
  }

  @Test
  void a_running_node_never_forks() {
    noClasses()
        .that(resideInAnyPackage(room("core"), room("linux"), room("worker"), room("control")))
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .check(OURS);
  }
}
