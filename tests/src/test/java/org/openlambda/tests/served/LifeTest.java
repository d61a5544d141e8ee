package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// How a server begins and ends, on good days and bad ones.
@Tag("root")
final class LifeTest {
  private static final String SLOW =
      "import time\ndef f(event):\n    time.sleep(event.get('s', 0))\n    return 'slept'\n";

  private static Functions functions(Path folder) throws IOException {
    return Functions.in(folder.resolve("functions")).add("slow", SLOW);
  }

  /// Nothing of what was there is left: processes, groups, mounts.
  private static void nothingIsLeft(Footprint was, Path state) throws Exception {
    List<Footprint.Living> alive = Eventually.get(was::survivors, List::isEmpty);
    assertThat(alive).as("processes that are left").isEmpty();
    assertThat(Footprint.groupsOf(state)).as("control groups that are left").isEmpty();
    assertThat(Footprint.mountsBelow(state)).as("mounts that are left").isEmpty();
  }

  @Test
  void a_stopped_server_leaves_nothing(@TempDir Path folder) throws Exception {
    Functions functions = functions(folder);
    Server server = Server.start(functions.folder(), folder.resolve("state"));
    assertThat(server.http().call("slow", "{}").status()).isEqualTo(200);
    Footprint was = server.footprint();
    assertThat(was.processes()).isNotEmpty();
    assertThat(was.groups()).isNotEmpty();
    assertThat(server.stop()).as("as whoever is ended by SIGTERM").isEqualTo(143);
    nothingIsLeft(was, server.state());
    assertThat(String.join("\n", server.said())).doesNotContain("WARN", "Exception");
  }

  @Test
  void a_running_call_is_answered_before_the_server_ends(@TempDir Path folder) throws Exception {
    try (Server server = Server.start(functions(folder).folder(), folder.resolve("state"))) {
      Http http = server.http();
      http.call("slow", "{}");
      var answers = new ArrayBlockingQueue<String>(1);
      Thread caller = Thread.ofVirtual().start(() -> answers.add(call(http, "{\"s\":1}")));
      Eventually.require(() -> http.get("/debug").body(), debug -> debug.contains("running"));
      server.stop();
      caller.join();
      assertThat(answers.poll()).isEqualTo("200 \"slept\"");
    }
  }

  private static String call(Http http, String event) {
    try {
      Http.Answer answer = http.call("slow", event);
      return answer.status() + " " + answer.body();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return e.toString();
    }
  }

  @Test
  void a_killed_server_starts_again_at_once_and_its_remains_are_gone(@TempDir Path folder)
      throws Exception {
    Functions functions = functions(folder);
    Path state = folder.resolve("state");
    Server first = Server.start(functions.folder(), state);
    var callers = new ArrayList<Thread>();
    for (int i = 0; i < 8; i++) {
      callers.add(Thread.ofVirtual().start(() -> call(first.http(), "{\"s\":5}")));
    }
    Eventually.require(
        () -> first.http().get("/debug").body(), debug -> debug.split("running").length > 8);
    Footprint was = first.footprint();
    first.kill();
    for (Thread caller : callers) {
      caller.join();
    }
    try (Server second = Server.start(functions.folder(), state)) {
      System.out.printf("after kill -9: ready in %d ms%n", second.startTime().toMillis());
      assertThat(second.http().call("slow", "{}").status()).isEqualTo(200);
      assertThat(Eventually.get(was::survivors, List::isEmpty)).isEmpty();
      assertThat(Footprint.mountsBelow(state)).isEmpty();
      Footprint now =
          Eventually.get(second::footprint, each -> each.sandboxes() <= each.processes().size());
      assertThat(now.sandboxes()).isLessThanOrEqualTo(now.processes().size());
      second.stop();
      nothingIsLeft(now, state);
    }
  }

  @Test
  void a_taken_port_is_said_in_one_sentence(@TempDir Path folder) throws Exception {
    Functions functions = functions(folder);
    try (Server server = Server.start(functions.folder(), folder.resolve("state"))) {
      Server.Ended second =
          Server.run(
              "dev",
              functions.folder().toString(),
              "--port",
              Integer.toString(server.port()),
              "--state",
              folder.resolve("other").toString());
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.output().strip().lines())
          .hasSize(1)
          .first()
          .asString()
          .contains(Integer.toString(server.port()), "another port");
      assertThat(Footprint.groupsOf(folder.resolve("other"))).isEmpty();
    }
  }

  @Test
  void a_second_server_on_the_same_state_is_refused_in_one_sentence(@TempDir Path folder)
      throws Exception {
    Functions functions = functions(folder);
    try (Server server = Server.start(functions.folder(), folder.resolve("state"))) {
      Server.Ended second =
          Server.run(
              "dev",
              functions.folder().toString(),
              "--port",
              "0",
              "--state",
              folder.resolve("state").toString());
      assertThat(second.status()).isEqualTo(1);
      assertThat(second.output().strip().lines()).hasSize(1);
      assertThat(server.http().call("slow", "{}").status()).isEqualTo(200);
    }
  }

  @Test
  void a_folder_that_is_not_there_is_said(@TempDir Path folder) throws Exception {
    Server.Ended end = Server.run("dev", folder.resolve("nowhere").toString(), "--port", "0");
    assertThat(end.status()).isEqualTo(1);
    assertThat(end.output().strip().lines()).hasSize(1);
    assertThat(end.output()).contains("nowhere");
  }

  @Test
  void the_doctor_finds_every_wall_as_root() throws Exception {
    Machine.requireSandboxes();
    Server.Ended end = Server.run("doctor", "--json");
    assertThat(end.output()).contains("\"ready\" : true");
    assertThat(end.status()).isZero();
  }
}
