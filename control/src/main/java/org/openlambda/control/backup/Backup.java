package org.openlambda.control.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.CodeSweep;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.database.Snapshot;
import org.openlambda.control.database.Tables;
import org.openlambda.control.database.Unavailable;
import org.openlambda.core.bundle.FileDigest;
import org.openlambda.core.function.Digest;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes all that a server keeps, while it serves and is changed. One thread; blocks.
public final class Backup {
  private final Parts parts;
  private final Instant made;
  private final BackupWriter writer;

  /// What is in the file already.
  private final Set<Digest> archives = new HashSet<>();

  private final Set<Digest> merged = new HashSet<>();
  private long rows;

  /// Where a server keeps things.
  ///
  /// @param key the file with what secrets are sealed with
  public record Parts(DatabaseAddress database, Bundles bundles, Path key) {}

  private Backup(Parts parts, OutputStream out) {
    this.parts = parts;
    this.made = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    this.writer = new BackupWriter(made, out);
  }

  /// Writes it.
  ///
  /// @param out not closed
  /// @throws IOException in one sentence, what cannot be read; what was written is no backup then
  public static Summary write(Parts parts, OutputStream out) throws IOException {
    return new Backup(parts, out).write();
  }

  private Summary write() throws IOException {
    writer.put(
        BackupReader.HEAD,
        JsonMapper.shared()
            .createObjectNode()
            .put("format", BackupReader.FORMAT)
            .put("made", made.toString()));
    writer.put(BackupReader.KEY, Files.readAllBytes(parts.key));
    code(used(), false);
    int tables;
    Bundles.Used used;
    try (Snapshot snapshot = Snapshot.of(parts.database)) {
      used = snapshot.<Bundles.Used, RuntimeException>read(CodeSweep::used);
      tables(snapshot);
      tables = snapshot.tables().tables().size();
    }
    code(used, true);
    writer.end();
    return new Summary(archives.size() + merged.size(), tables, rows);
  }

  private Bundles.Used used() throws Unavailable {
    try (Snapshot snapshot = Snapshot.of(parts.database)) {
      return snapshot.<Bundles.Used, RuntimeException>read(CodeSweep::used);
    }
  }

  /// @param needed whether the tables in the file name it: else it may be gone by now
  private void code(Bundles.Used used, boolean needed) throws IOException {
    for (Bundles.Kept kept :
        used.archives().stream().sorted(Comparator.comparing(one -> one.tree().hex())).toList()) {
      if (!archives.contains(kept.archive()) && isThere(needed, () -> archive(kept))) {
        archives.add(kept.archive());
      }
    }
    for (Digest tree : used.merged()) {
      if (!merged.contains(tree) && isThere(needed, () -> merged(tree))) {
        merged.add(tree);
      }
    }
  }

  private interface Task {
    void run() throws IOException;
  }

  private static boolean isThere(boolean needed, Task task) throws IOException {
    try {
      task.run();
      return true;
    } catch (NoSuchFileException e) {
      if (needed) {
        throw new IOException(
            ("code that the database names is not there (%s): if the server keeps it in a bucket,"
                    + " name that with --bundles; else try again")
                .formatted(e.getMessage()),
            e);
      }
      return false;
    }
  }

  private void archive(Bundles.Kept kept) throws IOException {
    String name = BackupReader.BUNDLES + kept.tree() + "/" + kept.archive();
    MessageDigest sha = FileDigest.sha256();
    try (InputStream content = new DigestInputStream(parts.bundles.open(kept), sha)) {
      writer.put(name, kept.bytes(), content);
    }
    if (!FileDigest.digest(sha).equals(kept.archive())) {
      throw new IOException("the archive %s is damaged".formatted(kept.archive()));
    }
  }

  private void merged(Digest tree) throws IOException {
    Path file = Files.createTempFile("openlambda", ".tar.gz");
    try {
      parts.bundles.pack(tree, file);
      try (InputStream content = Files.newInputStream(file)) {
        writer.put(BackupReader.BUNDLES + tree + "/merged", Files.size(file), content);
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void tables(Snapshot snapshot) throws IOException {
    writer.put(BackupReader.TABLES, json(snapshot.tables()));
    for (Tables.Table table : snapshot.tables().tables()) {
      int[] number = {0};
      try (var pieces =
          new Rows(packed ->
              writer.put(
                  "%s%s/%06d.gz".formatted(BackupReader.ROWS, table.name(), ++number[0]),
                  packed))) {
        rows += snapshot.copy(table, pieces);
      }
    }
  }

  private static ObjectNode json(Tables tables) {
    ObjectNode json = JsonMapper.shared().createObjectNode().put("schema", tables.schema());
    ArrayNode all = json.putArray("tables");
    for (Tables.Table table : tables.tables()) {
      ArrayNode columns = all.addObject().put("name", table.name()).putArray("columns");
      table.columns().forEach(columns::add);
    }
    ObjectNode sequences = json.putObject("sequences");
    tables.sequences().forEach(sequences::put);
    return json;
  }
}
