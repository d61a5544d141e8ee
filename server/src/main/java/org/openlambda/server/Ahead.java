package org.openlambda.server;

import org.openlambda.gateway.Gateway;
import org.openlambda.linux.call.Calls;
import tools.jackson.databind.json.JsonMapper;

/// What every start of a server loads, on a thread of its own while the command line is read: a
/// start has two things to do at a time, or it takes a quarter longer. Whoever needs a part before
/// it is there waits in its class's initialisation, or does it.
final class Ahead {
  private Ahead() {}

  /// Begins, and returns at once.
  static void begin() {
    var _ = Thread.ofPlatform().name("ahead").daemon().start(Ahead::load);
  }

  /// In the order in which a start asks for them.
  private static void load() {
    var _ = ClassLoader.getSystemResource("nowhere"); // opens all jars
    Calls.confined().close();
    var _ = LogSetup.context();
    var _ = JsonMapper.shared();
    Gateway.load();
  }
}
