package org.openlambda.control.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.bundles.FolderBundles;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.database.Filling;
import org.openlambda.control.database.Tables;
import org.openlambda.control.store.Trees;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.Registry.BadBundle;
import tools.jackson.databind.JsonNode;

/// Reads a backup into an empty data folder and an empty database. One thread; blocks.
public final class Restore {
  private final BackupReader reader;

  private Restore(BackupReader reader) {
    this.reader = reader;
  }

  /// Reads a file to its end, and finds it whole.
  ///
  /// @throws IOException in one sentence, why it is not
  public static Restore of(Path file) throws IOException {
    var reader = new BackupReader(file);
    reader.check();
    return new Restore(reader);
  }

  /// Puts everything in its place: the database takes all of it at the end, or nothing. What is in
  /// the folder when this fails is to be deleted.
  ///
  /// @throws IOException in one sentence, what went wrong
  public Summary into(Path data, DatabaseAddress database) throws IOException {
    try (var place = new Place(data, database)) {
      reader.read(place);
      Trees.sync(data);
      return place.end();
    }
  }

  private final class Place implements BackupReader.Entries, AutoCloseable {
    private final Path data;
    private final DatabaseAddress database;
    private final FolderBundles bundles;
    private final Set<String> tables = new HashSet<>();
    private Optional<Filling> filling = Optional.empty();
    private int archives;
    private long rows;

    Place(Path data, DatabaseAddress database) throws IOException {
      this.data = data;
      this.database = database;
      this.bundles = new FolderBundles(data.resolve("bundles"), ArchiveBounds.DEFAULT);
    }

    @Override
    public void take(String name, long bytes, InputStream content) throws IOException {
      String[] parts = name.split("/", -1);
      switch (parts[0]) {
        case BackupReader.HEAD -> head(reader.json(content.readAllBytes()));
        case BackupReader.KEY -> key(content.readAllBytes());
        case BackupReader.TABLES ->
            filling =
                Optional.of(Filling.of(database, tables(reader.json(content.readAllBytes()))));
        case "bundles" -> code(new Digest(parts[1]), parts[2], content);
        case "tables" -> rows(parts[1], content);
        default -> throw new IllegalStateException("the reader lets nothing else through");
      }
    }

    private void head(JsonNode head) throws IOException {
      if (head.path("format").asInt(0) != BackupReader.FORMAT) {
        throw new IOException(
            "the backup was made by a later version of this program: its format is "
                + head.path("format"));
      }
    }

    private void key(byte[] key) throws IOException {
      Path file = data.resolve(BackupReader.KEY);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(file, key, StandardOpenOption.SYNC);
    }

    private void code(Digest tree, String name, InputStream content) throws IOException {
      Optional<Digest> archive =
          name.equals("merged") ? Optional.empty() : Optional.of(new Digest(name));
      try {
        bundles.<IOException>takeBack(tree, archive, file -> Files.copy(content, file));
        archives++;
      } catch (BadBundle e) {
        throw new IOException("the backup has code that cannot be used: " + e.getMessage(), e);
      }
    }

    private void rows(String table, InputStream content) throws IOException {
      byte[] unpacked = Rows.unpack(content);
      for (byte one : unpacked) {
        rows += one == '\n' ? 1 : 0;
      }
      tables.add(table);
      filling
          .orElseThrow(() -> new IOException("the backup has rows before it names tables"))
          .add(table, unpacked);
    }

    Summary end() throws IOException {
      if (filling.isEmpty() || !Files.exists(data.resolve(BackupReader.KEY))) {
        throw new IOException("the backup has no tables or no key");
      }
      filling.get().commit();
      return new Summary(archives, tables.size(), rows);
    }

    @Override
    public void close() throws IOException {
      if (filling.isPresent()) {
        filling.get().close();
      }
    }
  }

  private static Tables tables(JsonNode json) {
    var tables = new ArrayList<Tables.Table>();
    for (JsonNode table : json.path("tables")) {
      tables.add(
          new Tables.Table(
              table.path("name").stringValue(),
              table.path("columns").valueStream().map(JsonNode::stringValue).toList()));
    }
    var sequences = new HashMap<String, Long>();
    json.path("sequences")
        .properties()
        .forEach(one -> sequences.put(one.getKey(), one.getValue().longValue()));
    return new Tables(json.path("schema").stringValue(), tables, sequences);
  }
}
