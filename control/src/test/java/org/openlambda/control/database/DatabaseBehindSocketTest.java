package org.openlambda.control.database;

import java.io.IOException;
import java.nio.file.Path;

/// The same on a server that is not ours, by its Unix socket.
final class DatabaseBehindSocketTest extends DatabaseTest {
  @Override
  TestDatabase serverIn(Path folder) throws IOException {
    return TestDatabase.behindSocket(folder);
  }
}
