package org.openlambda.control.catalog;

import java.io.IOException;
import java.nio.file.Path;
import org.openlambda.control.database.TestDatabase;

/// The same on a server that is not ours.
final class AliasHistoryElsewhereTest extends AliasHistoryTest {
  @Override
  TestDatabase serverIn(Path folder) throws IOException {
    return TestDatabase.elsewhere(folder);
  }
}
