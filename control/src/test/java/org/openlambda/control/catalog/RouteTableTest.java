package org.openlambda.control.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.bundles.FolderBundles;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.database.Change;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Digest;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Network;
import org.openlambda.core.function.Version;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RouteTableTest {
  private static final Account OTHER = new Account("210987654321");

  private TestDatabase server;
  private Catalog catalog;
  private Translation translation;

  @BeforeAll
  void open(@TempDir Path folder) throws IOException {
    server = new TestDatabase(folder.resolve("server"));
    catalog = new Catalog(Sealer.open(folder.resolve("secret.key")));
    var bundles = new FolderBundles(folder.resolve("bundles"), ArchiveBounds.DEFAULT);
    translation = new Translation(bundles, "us-east-1", Network.NONE);
    for (Account account : List.of(Account.FIRST, OTHER)) {
      write(t ->
          t.sql()
              .execute(
                  "insert into account (id, name) values (?, ?)", account.text(), account.text()));
    }
  }

  @AfterAll
  void close() {
    server.close();
  }

  private interface Work<T> {
    T in(Transaction t);
  }

  private <T> T write(Work<T> work) throws Unavailable {
    return server.database().<T, RuntimeException>write(work::in);
  }

  private RouteTable table() throws Unavailable {
    return new RouteTable(server.database(), catalog, translation);
  }

  private FunctionId make(Account account) throws Unavailable {
    var id = new FunctionId(account, new FunctionName("f-" + UUID.randomUUID()));
    UUID key = write(t -> catalog.insert(t, id, Map.of()));
    put(key, id, version(0, 128));
    return id;
  }

  private void put(UUID key, FunctionId id, KeptVersion version) throws Unavailable {
    write(t -> {
      catalog.put(t, key, id, version);
      return key;
    });
  }

  private Function kept(FunctionId id) throws Unavailable {
    return write(t -> catalog.find(t, id).orElseThrow());
  }

  private static KeptVersion version(int number, int memory) {
    var digest = new Digest("%064x".formatted(number));
    ObjectNode configuration =
        JsonMapper.shared()
            .createObjectNode()
            .put("Handler", "app.handler")
            .put("Runtime", "python3.11")
            .put("MemorySize", memory);
    return new KeptVersion(
        number,
        new KeptCode(digest, digest, 1),
        configuration,
        Optional.empty(),
        UUID.randomUUID(),
        Catalog.moment(Instant.EPOCH));
  }

  private static Version latest(RouteTable table, FunctionId id) {
    return table.find(id, Version.LATEST).orElseThrow();
  }

  @Test
  void a_change_of_one_function_leaves_those_of_the_same_and_of_other_accounts_as_they_are()
      throws Unavailable {
    FunctionId one = make(Account.FIRST);
    FunctionId same = make(Account.FIRST);
    FunctionId other = make(OTHER);
    RouteTable table = table();
    Version before = latest(table, one);
    Version sameBefore = latest(table, same);
    Version otherBefore = latest(table, other);
    long replacements = table.replacements();
    put(kept(one).key(), one, version(0, 256));
    table.refresh(one);
    assertThat(latest(table, one)).isNotEqualTo(before);
    assertThat(latest(table, same)).isSameAs(sameBefore);
    assertThat(latest(table, other)).isSameAs(otherBefore);
    assertThat(table.replacements()).isEqualTo(replacements + 1);
    table.apply(List.of(new Change.OfAll()));
    assertThat(latest(table, other)).as("read again, and the very same").isSameAs(otherBefore);
  }

  @Test
  void a_deleted_function_is_gone_with_its_url_and_what_it_had_reserved() throws Unavailable {
    FunctionId id = make(OTHER);
    FunctionId stays = make(OTHER);
    String url = UUID.randomUUID().toString().replace("-", "");
    ObjectNode value =
        JsonMapper.shared().createObjectNode().put("UrlId", url).put("AuthType", "NONE");
    Function function = kept(id);
    write(t -> {
      catalog.put(t, function, Setting.made(Setting.Kind.URL, "", value, Instant.EPOCH));
      catalog.reserve(t, function, OptionalInt.of(7));
      return function;
    });
    RouteTable table = table();
    int reserved = table.reserved(OTHER);
    assertThat(table.url(url)).isPresent();
    assertThat(table.names(OTHER)).contains(id.name(), stays.name()).isSorted();
    write(t -> {
      catalog.delete(t, function);
      return function;
    });
    table.apply(List.of(new Change.OfFunction(id)));
    assertThat(table.find(id, Version.LATEST)).isEmpty();
    assertThat(table.url(url)).isEmpty();
    assertThat(table.reserved(OTHER)).isEqualTo(reserved - 7);
    assertThat(table.names(OTHER)).doesNotContain(id.name()).contains(stays.name());
  }

  @Test
  void likely_is_what_is_called_without_the_number_of_a_version() throws Unavailable {
    FunctionId id = make(Account.FIRST);
    UUID key = kept(id).key();
    for (int number = 1; number <= 4; number++) {
      put(key, id, version(number, 128));
    }
    Function function = kept(id);
    var share = Optional.of(new Alias.Share(2, 0.5));
    write(t -> {
      catalog.put(t, function, new Alias("live", 3, share, "", UUID.randomUUID()));
      return function;
    });
    assertThat(table().likely().stream().filter(version -> version.function().equals(id)))
        .extracting(Version::number)
        .containsExactlyInAnyOrder(Version.LATEST, "3", "2");
  }
}
