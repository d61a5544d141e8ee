package org.openlambda.control.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.bundles.Bucket;
import org.openlambda.control.bundles.BucketBundles;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.bundles.FolderBundles;
import org.openlambda.control.catalog.Translation;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.database.Snapshot;
import org.openlambda.control.database.Tables;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.s3.BucketAddress;
import org.openlambda.control.s3.S3;
import org.openlambda.control.s3.TestS3;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Digest;

@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BackupTest {
  private static final String FUNCTION = "00000000-0000-4000-8000-000000000001";

  private TestDatabase server;
  private Path key;

  @TempDir private Path folder;

  @BeforeAll
  void open(@TempDir Path shared) throws IOException {
    server = new TestDatabase(shared.resolve("server"));
    key = shared.resolve("secret.key");
    var _ = Sealer.open(key);
  }

  @AfterAll
  void close() {
    server.close();
  }

  private static byte[] zip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("app.py"));
      zip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /// A function with code and layers, what people did, and what is hard to quote.
  private static void fill(DatabaseAddress address, Bundles bundles) throws Exception {
    Bundles.Kept code = bundles.keep(zip("code"), Bundles.Format.ZIP, (_, _) -> {});
    Bundles.Kept layer = bundles.keep(zip("layer"), Bundles.Format.ZIP, (_, _) -> {});
    Digest merged = bundles.merge(List.of(code.tree(), layer.tree()));
    try (Database database = Database.open(address)) {
      database.<int[], RuntimeException>write(t -> {
        enter(t, code);
        enter(t, layer);
        return t.sql()
            .createScript(
                """
                insert into account (id, name, created) values ('123456789012', E'tab\\t\\\\new\\nline', '2020-01-01');
                insert into function (id, account, name, tags)
                  values ('%1$s', '123456789012', 'ü', '{"team": "a\\nb"}');
                insert into version values ('%1$s', 0, '%2$s', '{"%3$s": "%4$s", "Timeout": 3}',
                  '\\x00ff0a'::bytea, gen_random_uuid(), now());
                insert into alias_history (function, alias, version) select '%1$s', 'live', 0 from generate_series(1, 7);
                delete from alias_history;
                insert into audit (account, actor, credential, peer, operation, resource, request, status, code)
                  select '123456789012', 'ada', 'k', 'p', repeat('long ', 40), '', '', 200, '' from generate_series(1, 60000);
                """
                    .formatted(FUNCTION, code.archive(), Translation.LAYERS, merged))
            .execute();
      });
    }
  }

  private static void enter(Transaction t, Bundles.Kept kept) {
    t.sql()
        .execute(
            "insert into code (sha256, tree, size) values (?, ?, ?)",
            kept.archive().hex(),
            kept.tree().hex(),
            kept.bytes());
  }

  private Path backUp(DatabaseAddress database, Bundles bundles) throws IOException {
    Path file = folder.resolve("file");
    try (var out = Files.newOutputStream(file)) {
      Summary summary = Backup.write(new Backup.Parts(database, bundles, key), out);
      assertThat(summary.archives()).isEqualTo(3);
      assertThat(summary.rows()).isGreaterThan(60_000);
    }
    return file;
  }

  /// All rows of all tables, as text.
  private static Map<String, String> rows(DatabaseAddress address) throws IOException {
    var all = new TreeMap<String, String>();
    try (Snapshot snapshot = Snapshot.of(address)) {
      for (Tables.Table table : snapshot.tables().tables()) {
        var text = new ByteArrayOutputStream();
        snapshot.copy(table, text);
        all.put(table.name(), text.toString(StandardCharsets.UTF_8));
      }
      all.put("sequences", new TreeMap<>(snapshot.tables().sequences()).toString());
      all.put("schema", snapshot.tables().schema());
    }
    return all;
  }

  private FolderBundles bundles(String name) throws IOException {
    return new FolderBundles(folder.resolve(name), ArchiveBounds.DEFAULT);
  }

  @Test
  void everything_is_as_it_was_in_another_folder_and_database() throws Exception {
    DatabaseAddress first = server.fresh();
    fill(first, bundles("bundles"));
    Path file = backUp(first, bundles("bundles"));
    Path data = Files.createDirectory(folder.resolve("data"));
    DatabaseAddress second = server.fresh();
    Summary summary = Restore.of(file).into(data, second);
    assertThat(summary.archives()).isEqualTo(3);
    assertThat(rows(second)).isEqualTo(rows(first));
    assertThat(data.resolve("secret.key")).hasSameBinaryContentAs(key);
    for (String tree : List.of("archive", "tree")) {
      assertThat(names(data.resolve("bundles").resolve(tree)))
          .hasSameElementsAs(names(folder.resolve("bundles").resolve(tree)));
    }
    try (Database database = Database.open(second)) {
      assertThatThrownBy(() ->
              database.<Integer, RuntimeException>write(
                  t -> t.sql().execute("update audit set actor = 'eve'")))
          .as("triggers are on again")
          .hasMessageContaining("only added to");
      assertThat(
              database.<Long, RuntimeException>write(t ->
                  t.sql()
                      .createQuery(
                          "insert into alias_history (function, alias, version) values"
                              + " (cast(? as uuid), 'live', 0) returning position")
                      .bind(0, FUNCTION)
                      .mapTo(Long.class)
                      .one()))
          .as("numbers are not used again")
          .isEqualTo(8);
    }
  }

  private static List<String> names(Path folder) throws IOException {
    try (var all = Files.list(folder)) {
      return all.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void code_that_a_bucket_keeps_is_in_the_file() throws Exception {
    try (var bucket = new TestS3();
        S3 s3 = TestS3.client()) {
      bucket.make("code");
      var place = new Bucket(s3, new BucketAddress("code", "p/"), Sealer.open(key));
      DatabaseAddress first = server.fresh();
      fill(first, there(place, "first"));
      Path file = backUp(first, there(place, "empty"));
      Path data = Files.createDirectory(folder.resolve("data"));
      assertThat(Restore.of(file).into(data, server.fresh()).archives()).isEqualTo(3);
    }
  }

  private Bundles there(Bucket place, String cache) throws IOException {
    return new BucketBundles(
        bundles(cache), place, ArchiveBounds.DEFAULT.packed(), BucketBundles.CACHE);
  }

  @Test
  void a_file_that_was_cut_off_or_altered_is_refused() throws Exception {
    DatabaseAddress first = server.fresh();
    fill(first, bundles("bundles"));
    Path file = backUp(first, bundles("bundles"));
    byte[] good = Files.readAllBytes(file);
    Path bad = folder.resolve("bad");
    for (int length = 0; length < good.length - 2_000; length += 1 + good.length / 40) {
      Files.write(bad, Arrays.copyOf(good, length));
      assertThatThrownBy(() -> Restore.of(bad)).hasMessageContaining("is no whole backup");
    }
    for (int at = 0; at < good.length; at += 997) {
      byte[] altered = good.clone();
      altered[at] ^= 1;
      Files.write(bad, altered);
      assertThatThrownBy(() -> Restore.of(bad)).hasMessageContaining("is no whole backup");
    }
    Files.write(bad, Arrays.copyOf(good, good.length + 1_000));
    var _ = Restore.of(bad);
    Files.write(bad, "more".getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    assertThatThrownBy(() -> Restore.of(bad)).hasMessageContaining("follows its end");
  }

  @Test
  void what_cannot_be_restored_leaves_an_empty_database() throws Exception {
    DatabaseAddress first = server.fresh();
    fill(first, bundles("bundles"));
    Path file = backUp(first, bundles("bundles"));
    Path data = Files.createDirectory(folder.resolve("data"));
    assertThatThrownBy(() -> Restore.of(file).into(data, first)).hasMessageContaining("not empty");
    DatabaseAddress second = server.fresh();
    Restore whole = Restore.of(file);
    Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) / 2));
    Path other = Files.createDirectory(folder.resolve("other"));
    assertThatThrownBy(() -> whole.into(other, second)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> rows(second)).hasMessageContaining("not that of a server");
  }

  @Test
  void code_that_is_gone_is_said_before_a_backup_is_taken_for_whole() throws Exception {
    DatabaseAddress first = server.fresh();
    fill(first, bundles("bundles"));
    bundles("bundles").sweep(new Bundles.Used(Set.of(), Set.of()), Instant.now().plusSeconds(60));
    assertThatThrownBy(() -> backUp(first, bundles("bundles"))).hasMessageContaining("--bundles");
  }
}
