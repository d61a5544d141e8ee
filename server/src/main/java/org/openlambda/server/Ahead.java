package org.openlambda.server;

import org.openlambda.gateway.Gateway;
import org.openlambda.linux.call.Calls;
import tools.jackson.databind.json.JsonMapper;

/// What every start of a server loads, on a thread of its own while the command line is read, which
/// leaves the other processors idle. Whoever needs a part before it is there waits in its class's
/// initialisation, or does it.
final class Ahead {
  private Ahead() {}

  /// Begins, and returns at once.
  static void begin() {
    var _ = Thread.ofPlatform().name("ahead").daemon().start(Ahead::load);
  }

  /// Waits for what every command that serves needs at once, and does some of it meanwhile.
  static void await() {
    link();
    LogSetup.await();
  }

  /// Whoever comes second waits for the first.
  private static void link() {
    Calls.confined().close();
  }

  private static void load() {
    try {
      loadAll();
    } catch (RuntimeException | LinkageError e) {
      return; // whoever needs it finds the same, and can say it
    }
  }

  /// In the order in which a start asks for them.
  private static void loadAll() {
    var _ = ClassLoader.getSystemResource("nowhere"); // opens all jars
    LogSetup.await();
    link();
    var _ = JsonMapper.shared();
    Gateway.load();
  }
}
