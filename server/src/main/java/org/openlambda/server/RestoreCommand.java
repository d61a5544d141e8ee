package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.openlambda.cli.FormatOption;
import org.openlambda.control.backup.Restore;
import org.openlambda.control.backup.Summary;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.postgres.EmbeddedPostgres;
import org.openlambda.server.tenancy.Tenancy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ol restore`: a server as it was.
@Command(
    name = "restore",
    mixinStandardHelpOptions = true,
    description = {
      "Make the data folder of a server of a file that 'ol backup' has written.",
      "The folder has to be empty, or not there, and so has the database, if one is named. It"
          + " takes place whole or not at all. 'ol up' serves it then, with the keys of old."
    },
    footer = {
      "",
      "Exit status: 0 it is restored, 1 it is not, and nothing is left, 2 wrong usage.",
      "",
      "Examples:",
      "  ol restore openlambda.backup",
      "  ol restore openlambda.backup --data /srv/openlambda"
    })
final class RestoreCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "what 'ol backup' has written")
  private Path file = Path.of("");

  @Mixin private DataOption data = new DataOption();
  @Mixin private DatabaseOption database = new DatabaseOption();
  @Mixin private FormatOption format = new FormatOption();

  @Override
  public Integer call() throws IOException {
    Optional<DatabaseAddress> named = database.address();
    if (named.isEmpty()) {
      Privilege.obtain();
    }
    if (!Files.isRegularFile(file)) {
      throw new IOException(file + " is no file");
    }
    Restore restore = Restore.of(file);
    Path folder = data.folder();
    Tenancy.requireFree(folder);
    Summary summary;
    try (RestorePlace place = RestorePlace.make(folder);
        Tenancy _ = Tenancy.take(folder)) {
      summary = named.isPresent() ? restore.into(folder, named.get()) : restored(restore, folder);
      place.done();
    }
    if (format.isJson()) {
      System.out.println(summary.json().put("data", folder.toString()));
    } else {
      System.out.printf("%s: %s; 'ol up --data %s' serves them%n", folder, summary, folder);
    }
    return 0;
  }

  private static Summary restored(Restore restore, Path folder) throws IOException {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.open(folder.resolve("postgres"), Installation.postgres())) {
      return restore.into(
          folder,
          new DatabaseAddress.Socket(
              postgres.socket(),
              DatabaseAddress.Login.of(EmbeddedPostgres.ROLE),
              EmbeddedPostgres.DATABASE));
    }
  }
}
