package org.openlambda.server;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.lambda.CodeBuckets;
import org.openlambda.control.s3.BucketAddress;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.GatewayConfig;
import org.openlambda.gateway.limit.CallerLimits;
import org.openlambda.worker.policy.Eviction;
import org.openlambda.worker.policy.KeepAlive;
import org.openlambda.worker.sandbox.Isolation;

/// All that a node is told.
///
/// @param home the installation
/// @param state a folder of the node's own
/// @param served whose functions it runs
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
    Served served,
    Bytes memory,
    KeepAlive keepAlive,
    Eviction eviction,
    GatewayConfig gateway,
    boolean lowLatency,
    Tuning tuning,
    Isolation isolation) {
  /// Whose functions a node runs.
  sealed interface Served {
    /// What lies in folders, open to whoever reaches the door.
    ///
    /// @param functions folders of functions
    /// @param uploads where uploaded archives are kept
    /// @param defaults limits of functions that set none
    record Folders(List<Path> functions, Path uploads, Limits defaults) implements Served {
      public Folders {
        functions = List.copyOf(functions);
      }
    }

    /// What accounts have deployed, for those who have a key.
    ///
    /// @param data the folder that has to survive
    /// @param database empty for one of the node's own, in the data folder
    /// @param first the account that a new server has
    /// @param region that functions believe to be in
    /// @param network what functions that the AWS Lambda API has made can reach
    /// @param limits what each caller may ask for
    /// @param code of all versions of an account together
    /// @param places where it is kept, and may come from
    record Accounts(
        Path data,
        Optional<DatabaseAddress> database,
        Account first,
        String region,
        Network network,
        CallerLimits limits,
        Bytes code,
        CodePlaces places)
        implements Served {}
  }

  /// Where code is.
  ///
  /// @param kept empty for the data folder
  /// @param taken who may take it from which buckets
  record CodePlaces(Optional<BucketAddress> kept, CodeBuckets taken) {}
}
