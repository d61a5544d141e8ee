package org.openlambda.tests.endurance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Footprint;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Server;

/// Sandboxes made, used once and destroyed: each call has one of its own. One in twenty goes each
/// of seven ways to die; every call is answered with its cause, nothing is left, and memory stays.
@Tag("root")
final class SoakTest {
  /// The most sandboxes that ever wait. Levels are compared when so many do.
  private static final int FULL_POOL = 256;

  private static final int WARM_UP = 600;

  /// @param sandboxes of all calls
  /// @param samples of memory
  /// @param heapBytes that the reachable heap may grow for each sandbox
  /// @param bytes that a process may grow for each sandbox
  private record Form(int sandboxes, int samples, double heapBytes, double bytes) {
    /// While the journal of calls still fills, the heap grows with every call.
    static final Form SHORT = new Form(3_000, 6, 8_192, 16_384);

    static final Form LONG = new Form(100_000, 60, 8, 64);
  }

  @Test
  @Tag("slow")
  void three_thousand_sandboxes_leave_nothing(@TempDir Path folder) throws Exception {
    soak(folder, Form.SHORT);
  }

  @Test
  @Tag("soak")
  void a_hundred_thousand_sandboxes_leave_nothing(@TempDir Path folder) throws Exception {
    soak(folder, Form.LONG);
  }

  private static void soak(Path folder, Form form) throws Exception {
    Functions functions = Ordeal.writeTo(Functions.in(folder.resolve("functions")));
    Path state = folder.resolve("state");
    try (Server server = Server.start(functions.folder(), state, "--quiet");
        Http http = server.http()) {
      new Soak(server, WARM_UP).run(new MemoryWatch(server), 1);
      Levels before = withFullPool(server, http);
      long destroyed = destroyed(http);
      var memory = new MemoryWatch(server);
      var soak = new Soak(server, form.sandboxes);
      soak.run(memory, form.samples);
      Levels after = withFullPool(server, http);
      destroyed = destroyed(http) - destroyed;
      Summary.add("soak", report(soak, destroyed, memory, before, after));
      assertThat(soak.wrong()).as("wrong answers").isEmpty();
      assertThat(destroyed).isGreaterThanOrEqualTo(form.sandboxes);
      assertThat(after).isEqualTo(before);
      for (MemoryWatch.Kind kind : MemoryWatch.Kind.values()) {
        double most = kind == MemoryWatch.Kind.HEAP ? form.heapBytes : form.bytes;
        assertThat(memory.slope(kind).isSurelyAbove(most * 1000)).as(memory.text(kind)).isFalse();
      }
      Footprint last = server.footprint();
      server.stop();
      assertThat(last.survivors()).isEmpty();
      assertThat(Footprint.groupsOf(state)).isEmpty();
      assertThat(Footprint.mountsBelow(state)).isEmpty();
      assertThat(state).doesNotExist();
    }
  }

  private static List<String> report(
      Soak soak, long destroyed, MemoryWatch memory, Levels before, Levels after) {
    var lines = new ArrayList<String>(List.of("soak:"));
    soak.report().forEach(line -> lines.add("  " + line));
    lines.add("  destroyed: %,d sandboxes".formatted(destroyed));
    for (MemoryWatch.Kind kind : MemoryWatch.Kind.values()) {
      lines.add("  memory " + memory.text(kind));
    }
    new TreeMap<>(before.of())
        .forEach((kind, level) ->
            lines.add("  %-14s %5d → %5d".formatted(kind, level, after.of().get(kind))));
    return lines;
  }

  private static long destroyed(Http http) throws Exception {
    return http.get("/stats").json().path("Destroy().cnt").asLong();
  }

  /// What is held when nobody calls and the pool is as full as it gets, which a burst of calls sees
  /// to: so the same number waits whenever one looks.
  private static Levels withFullPool(Server server, Http http) throws Exception {
    Levels levels = Levels.whenQuiet(server, http);
    for (int i = 0; i < 20 && levels.waiting() < FULL_POOL; i++) {
      burst(server);
      levels = Levels.whenQuiet(server, http);
    }
    assertThat(levels.waiting()).isEqualTo(FULL_POOL);
    return levels;
  }

  private static void burst(Server server) throws Exception {
    try (Http http = server.http();
        var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Future<Http.Answer>>();
      for (int i = 0; i < FULL_POOL; i++) {
        calls.add(callers.submit(() -> http.call(Ordeal.RESTING, "{\"do\":\"REST\",\"n\":1}")));
      }
      for (var call : calls) {
        assertThat(call.get().status()).isIn(200, 429); // as admission allows
      }
    }
  }
}
