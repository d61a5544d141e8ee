package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.logs.LogBounds;
import org.openlambda.control.logs.LogStore;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.LogLine;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.invocation.Selection;
import org.openlambda.core.time.Time;
import org.openlambda.tests.Eventually;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import org.openlambda.tests.Machine;
import org.openlambda.tests.Server;

/// The file system of the state folder is full: what is there already is served, what needs room is
/// told so, and served as soon as there is some.
@Tag("root")
@Tag("faults")
final class DiskFullTest {
  private static final String ECHO = "def f(event):\n    return event\n";
  private static final String LARGE = ("#".repeat(99) + "\n").repeat(2_000);
  private static final String NO_SPACE = "No space left on device";
  private static final Duration AGAIN = Duration.ofSeconds(2);

  @TempDir private Path folder;

  private Path disk = Path.of("/");

  @BeforeEach
  void mount_a_small_file_system() throws Exception {
    Machine.requireSandboxes();
    disk = Files.createDirectory(folder.resolve("disk"));
    run("mount", "-t", "tmpfs", "-o", "size=4m,mode=755", "endurance", disk.toString());
  }

  @AfterEach
  void unmount_it() throws Exception {
    if (!Footprint.mountsBelow(disk).isEmpty()) {
      run("umount", disk.toString());
    }
  }

  private static void run(String... command) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private void fill() throws IOException {
    byte[] piece = new byte[4096];
    try (OutputStream ballast = Files.newOutputStream(disk.resolve("ballast"))) {
      while (true) {
        ballast.write(piece);
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining(NO_SPACE);
    }
  }

  @Test
  void a_full_disk_costs_only_what_needs_room_and_only_for_as_long() throws Exception {
    var functions = Functions.in(folder.resolve("functions"));
    functions.add("early", ECHO).add("once", "reuse-sandbox: false\n", ECHO);
    try (Server server = Server.start(functions.folder(), disk.resolve("state"), "--quiet");
        Http http = server.http()) {
      assertThat(http.call("early", "1").status()).isEqualTo(200);
      assertThat(http.call("once", "1").status()).isEqualTo(200);
      fill();
      functions.add("late", LARGE + ECHO);
      functions.add("early", LARGE + ECHO);
      new Kin(server).zygotes().forEach(ProcessHandle::destroyForcibly);
      Eventually.require(() -> http.call("once", "2").body(), "2"::equals);
      for (String function : List.of("late", "early")) {
        Answer refused = http.call(function, "3");
        assertThat(refused.status()).as(refused.body()).isEqualTo(502);
        assertThat(refused.json().path("detail").asString())
            .contains(function, NO_SPACE, "not run")
            .doesNotContain(folder.toString());
      }
      Answer upload = upload(http);
      assertThat(upload.status()).as(upload.body()).isEqualTo(500);
      assertThat(upload.body()).contains("nothing has changed").doesNotContain(folder.toString());
      assertThat(String.join("\n", server.said())).contains("cannot install uploaded", NO_SPACE);
      Duration again = free(http);
      Summary.add(
          "chaos", List.of("disk full: serves again after %d ms".formatted(again.toMillis())));
      assertThat(again).isLessThan(AGAIN);
      assertThat(http.call("early", "5").body()).isEqualTo("5");
      assertThat(upload(http).status()).isEqualTo(201);
      assertThat(halfCopied(server.state())).isEmpty();
    }
    assertThat(disk.resolve("state/worker")).doesNotExist();
  }

  @Test
  void a_server_that_was_killed_starts_on_a_full_disk_and_serves_what_is_there() throws Exception {
    Functions functions = Functions.in(folder.resolve("functions")).add("early", ECHO);
    Path state = disk.resolve("state");
    Server first = Server.start(functions.folder(), state, "--quiet");
    try (Http http = first.http()) {
      assertThat(http.call("early", "1").status()).isEqualTo(200);
    }
    fill();
    first.kill();
    try (Server second = Server.start(functions.folder(), state, "--quiet");
        Http http = second.http()) {
      assertThat(http.call("early", "2").body()).isEqualTo("2");
    }
    assertThat(Footprint.groupsOf(state)).isEmpty();
  }

  @Test
  void what_is_printed_on_a_full_disk_is_counted_and_what_comes_later_is_kept() throws Exception {
    var talk = new FunctionId(Account.FIRST, new FunctionName("talk"));
    var selection = Selection.all(Account.FIRST);
    try (var store = LogStore.open(disk.resolve("logs"), LogBounds.DEFAULT, Time.system())) {
      say(store, talk, "early");
      store.settle();
      fill();
      int said = 1;
      while (store.dropped() == 0) {
        say(store, talk, "x".repeat(1_000));
        store.settle();
        said++;
      }
      say(store, talk, "dropped, too");
      store.settle();
      said++;
      assertThat(store.recent(selection, 1_000).getFirst().text()).isEqualTo("early");
      Files.delete(disk.resolve("ballast"));
      long dropped = store.dropped();
      Eventually.require(
          () -> {
            say(store, talk, "late");
            return store.recent(selection, 1).toString();
          },
          text -> text.contains("late"));
      List<String> texts = store.recent(selection, 1_000).stream().map(LogLine::text).toList();
      assertThat(texts)
          .anyMatch(text -> text.matches("… \\d+ lines are missing here: they could.*"));
      assertThat(texts.stream().filter(text -> text.startsWith("x")).count())
          .isEqualTo(said - 1 - dropped);
    }
  }

  private static void say(LogStore store, FunctionId function, String text) {
    store.line(new LogLine(RequestId.random(), function, Instant.now(), text));
  }

  private Duration free(Http http) throws Exception {
    Files.delete(disk.resolve("ballast"));
    long begin = System.nanoTime();
    Eventually.require(() -> http.call("late", "4").body(), "4"::equals);
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /// A function as an archive, made by the system's own `tar`.
  private Answer upload(Http http) throws Exception {
    Path archive = folder.resolve("uploaded.tar.gz");
    Path code = folder.resolve("functions/once");
    run("tar", "-C", code.toString(), "-czf", archive.toString(), ".");
    return http.send(http.request("/registry/uploaded").POST(BodyPublishers.ofFile(archive)));
  }

  private static List<Path> halfCopied(Path state) throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      return files.filter(file -> file.getFileName().toString().startsWith("new-")).toList();
    }
  }
}
