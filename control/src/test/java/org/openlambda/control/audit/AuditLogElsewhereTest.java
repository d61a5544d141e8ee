package org.openlambda.control.audit;

import java.io.IOException;
import java.nio.file.Path;
import org.openlambda.control.database.TestDatabase;

/// The same on a server that is not ours.
final class AuditLogElsewhereTest extends AuditLogTest {
  @Override
  TestDatabase serverIn(Path folder) throws IOException {
    return TestDatabase.elsewhere(folder);
  }
}
