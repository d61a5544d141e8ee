package org.openlambda.control.lambda;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.openlambda.control.catalog.CodeQuota;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.store.Trees;

/// Gives each test a [Plane] over a database of its own; all of them are on one server.
final class FreshPlane implements ParameterResolver {
  private static final Namespace OURS = Namespace.create(FreshPlane.class);

  private static final int MOST_TRIES = 100;

  /// What all tests share, until the last one has ended.
  private record Server(Path folder, TestDatabase database) implements AutoCloseable {
    static Server start() {
      try {
        Path folder = Files.createTempDirectory("plane");
        return new Server(folder, new TestDatabase(folder.resolve("server")));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    Plane plane() {
      try {
        return new Plane(database.migrated(), folder, CodeQuota.DEFAULT);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public void close() throws IOException {
      database.close();
      for (int tries = 0; Files.exists(folder) && tries < MOST_TRIES; tries++) {
        Trees.delete(folder); // which ends when the database itself deletes something
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
    return parameter.getParameter().getType() == Plane.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
    Server server =
        test.getRoot()
            .getStore(OURS)
            .computeIfAbsent(Server.class, _ -> Server.start(), Server.class);
    Plane plane = server.plane();
    test.getStore(OURS).put(Plane.class, plane); // which closes it
    return plane;
  }
}
