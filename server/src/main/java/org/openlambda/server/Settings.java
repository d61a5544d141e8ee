package org.openlambda.server;

import java.nio.file.Path;
import java.util.List;
import org.openlambda.core.function.Limits;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.GatewayConfig;
import org.openlambda.worker.policy.Eviction;
import org.openlambda.worker.policy.KeepAlive;
import org.openlambda.worker.sandbox.Isolation;

/// All that a node is told.
///
/// @param home the installation
/// @param state a folder of the node's own
/// @param functions folders of functions
/// @param uploads where uploaded archives are kept
/// @param defaults limits of functions that set none
/// @param memory for all sandboxes together
/// @param keepAlive how long idle instances are kept
/// @param eviction which of them make room
/// @param gateway its door
/// @param lowLatency keep the processors awake while requests flow
/// @param tuning for measuring
/// @param isolation whether sandboxes have walls
record Settings(
    Path home,
    Path state,
    List<Path> functions,
    Path uploads,
    Limits defaults,
    Bytes memory,
    KeepAlive keepAlive,
    Eviction eviction,
    GatewayConfig gateway,
    boolean lowLatency,
    Tuning tuning,
    Isolation isolation) {
  Settings {
    functions = List.copyOf(functions);
  }
}
