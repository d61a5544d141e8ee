package org.openlambda.server.tenancy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.Optional;

/// Whether a data folder is served.
public sealed interface Occupancy {
  record Served(Tenant tenant) implements Occupancy {}

  /// A process has the folder, and does not serve it yet or no more.
  record Changing(ProcessMark process) implements Occupancy {}

  /// @param last one that did not come to say that it ends
  record Free(Optional<Tenant> last) implements Occupancy {}

  /// Looks.
  ///
  /// @throws IOException in one sentence, if the folder may not be read
  static Occupancy of(Path data) throws IOException {
    try {
      Optional<Tenant> tenant = Tenant.read(data);
      if (tenant.isPresent() && tenant.get().process().isAlive()) {
        return new Served(tenant.get());
      }
      Optional<ProcessMark> holder = Tenancy.holder(data).filter(ProcessMark::isAlive);
      return holder.isPresent() ? new Changing(holder.get()) : new Free(tenant);
    } catch (AccessDeniedException e) {
      throw new IOException(data + " cannot be read: it is another user's", e);
    }
  }
}
