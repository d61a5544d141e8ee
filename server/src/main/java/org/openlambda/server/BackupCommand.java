package org.openlambda.server;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.openlambda.cli.FormatOption;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.backup.Backup;
import org.openlambda.control.backup.Summary;
import org.openlambda.control.bundles.Bucket;
import org.openlambda.control.bundles.BucketBundles;
import org.openlambda.control.bundles.FolderBundles;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.postgres.EmbeddedPostgres;
import org.openlambda.control.s3.BucketAddress;
import org.openlambda.control.s3.S3;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.control.store.Trees;
import org.openlambda.server.tenancy.Occupancy;
import org.openlambda.server.tenancy.ProcessMark;
import org.openlambda.server.tenancy.Tenancy;
import org.openlambda.server.tenancy.Tenant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ol backup`: all that a server keeps, in a file.
@Command(
    name = "backup",
    mixinStandardHelpOptions = true,
    description = {
      "Write all that a server keeps into a file, while it serves or when it does not: accounts,"
          + " keys, functions with their versions and code, secrets, the audit log. Not what"
          + " functions have printed.",
      "The file is as secret as the data folder: whoever reads it has every secret in it."
    },
    footer = {
      "",
      "Whoever may read the data folder may do this. Exit status: 0 it is written, 1 it is not,"
          + " 2 wrong usage.",
      "",
      "Examples:",
      "  ol backup openlambda.backup",
      "  ol backup --data /srv/openlambda /backups/$(date +%F)",
      "  ol backup - | age -r age1... > openlambda.backup.age"
    })
final class BackupCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "a new file; - is the standard output")
  private String file = "";

  @Mixin private DataOption data = new DataOption();
  @Mixin private DatabaseOption database = new DatabaseOption();
  @Mixin private FormatOption format = new FormatOption();

  @Option(
      names = "--bundles",
      paramLabel = "s3://BUCKET[/PREFIX]",
      description = "as the server was told")
  private Optional<String> bundles = Optional.empty();

  @Override
  public Integer call() throws IOException {
    Optional<DatabaseAddress> named = database.address();
    Optional<BucketAddress> place = CodeOptions.bundles(bundles);
    if (named.isEmpty()) {
      Privilege.obtain();
    }
    Path folder = data.folder();
    if (!Files.exists(folder.resolve("secret.key"))) {
      throw new IOException(folder + " is not the data folder of a server: --data names one");
    }
    RestorePlace.requireWhole(folder);
    if (file.equals("-")) {
      var out = new BufferedOutputStream(System.out);
      backUp(folder, named, place, out);
      out.flush();
    } else {
      write(folder, named, place, Path.of(file));
    }
    return 0;
  }

  /// It appears whole, or not at all.
  private void write(
      Path folder, Optional<DatabaseAddress> named, Optional<BucketAddress> place, Path target)
      throws IOException {
    if (Files.exists(target)) {
      throw new IOException(target + " is there already: name a new file");
    }
    Path partial = Path.of(target + ".partial-" + ProcessHandle.current().pid());
    partial.toFile().deleteOnExit();
    try {
      Summary summary;
      try (var channel =
              FileChannel.open(
                  partial,
                  Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                  PosixFilePermissions.asFileAttribute(
                      PosixFilePermissions.fromString("rw-------")));
          var out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16)) {
        summary = backUp(folder, named, place, out);
        out.flush();
        channel.force(true);
      }
      Files.move(partial, target);
      Path around = target.toAbsolutePath().getParent();
      if (around != null) {
        Trees.sync(around);
      }
      tell(target, summary, Files.size(target));
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private void tell(Path target, Summary summary, long bytes) {
    if (format.isJson()) {
      System.out.println(summary.json().put("file", target.toString()).put("bytes", bytes));
    } else {
      System.out.printf("%s: %s, %d bytes%n", target, summary, bytes);
    }
  }

  private static Summary backUp(
      Path folder, Optional<DatabaseAddress> named, Optional<BucketAddress> place, OutputStream out)
      throws IOException {
    if (named.isPresent()) {
      return backUp(folder, named.get(), place, out);
    }
    Path postgres = folder.resolve("postgres");
    return switch (Occupancy.of(folder)) {
      case Occupancy.Served(Tenant tenant) -> {
        if (!tenant.database().equals(Tenant.OWN)) {
          throw new IOException(
              "the server remembers in %s: name that, with its password, by --database"
                  .formatted(tenant.database()));
        }
        yield backUp(folder, address(EmbeddedPostgres.socket(postgres)), place, out);
      }
      case Occupancy.Changing(ProcessMark process) ->
          throw new IOException(
              "the server (pid %d) starts or ends: try again".formatted(process.pid()));
      case Occupancy.Free _ -> {
        if (!Files.isDirectory(postgres)) {
          throw new IOException(
              folder + " has no database: name the one of the server by --database");
        }
        try (Tenancy _ = Tenancy.take(folder);
            EmbeddedPostgres ours = EmbeddedPostgres.open(postgres, Installation.postgres())) {
          yield backUp(folder, address(ours.socket()), place, out);
        }
      }
    };
  }

  private static DatabaseAddress address(Path socket) {
    return new DatabaseAddress.Socket(
        socket, DatabaseAddress.Login.of(EmbeddedPostgres.ROLE), EmbeddedPostgres.DATABASE);
  }

  private static Summary backUp(
      Path folder, DatabaseAddress database, Optional<BucketAddress> place, OutputStream out)
      throws IOException {
    Path key = folder.resolve("secret.key");
    FolderBundles here = FolderBundles.beside(folder.resolve("bundles"), ArchiveBounds.DEFAULT);
    if (place.isEmpty()) {
      return Backup.write(new Backup.Parts(database, here, key), out);
    }
    try (var s3 = new S3("us-east-1", S3.Bounds.DEFAULT)) {
      var there =
          new BucketBundles(
              here,
              new Bucket(s3, place.get(), Sealer.open(key)),
              ArchiveBounds.DEFAULT.packed(),
              BucketBundles.CACHE);
      there.claim();
      return Backup.write(new Backup.Parts(database, there, key), out);
    }
  }
}
