package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.bundles.FolderBundles;
import org.openlambda.control.catalog.Catalog;
import org.openlambda.control.catalog.CodeQuota;
import org.openlambda.control.catalog.RouteTable;
import org.openlambda.control.catalog.Translation;
import org.openlambda.control.database.Database;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Model;
import org.openlambda.control.s3.S3;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.control.ControlApi;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Network;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.time.Time;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One node's AWS Lambda API, over a real database and real folders, without a worker.
final class Plane implements AutoCloseable {
  static final Account OWNER = Account.FIRST;
  static final Account STRANGER = new Account("210987654321");
  static final String FUNCTIONS = "/2015-03-31/functions";
  static final String LAYERS = "/2018-10-31/layers";

  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final Model MODEL = Model.read();

  final Database database;
  final RouteTable routes;
  final Sealer sealer;
  Kept kept;
  private LambdaApi api;

  /// @param folder of the code and the key, which nodes of one database share
  /// @param code that an account may keep
  Plane(DatabaseAddress address, Path folder, CodeQuota code) throws IOException {
    database = Database.open(address);
    sealer = Sealer.open(folder.resolve("secret.key"));
    var bundles = new FolderBundles(folder.resolve("bundles"), ArchiveBounds.DEFAULT);
    var catalog = new Catalog(sealer);
    for (Account account : List.of(OWNER, STRANGER)) {
      database.<Integer, RuntimeException>write(t ->
          t.sql()
              .execute(
                  "insert into account (id, name) values (?, ?) on conflict do nothing",
                  account.text(),
                  "a" + account));
    }
    routes = new RouteTable(database, catalog, new Translation(bundles, "us-east-1", Network.NONE));
    Quotas quotas = Quotas.ofAws(List.of("python3.11")).with(1_000, code);
    kept = new Kept(database, catalog, bundles, routes, quotas, Time.system());
    api = new LambdaApi(MODEL, kept, noBuckets(), sealer);
  }

  /// No request may name a bucket.
  private static ObjectCode noBuckets() {
    return new ObjectCode(
        new S3("us-east-1", S3.Bounds.DEFAULT), CodeBuckets.NONE, Optional.empty());
  }

  /// Has accounts keep no more code than this.
  void limit(CodeQuota code) {
    Quotas quotas = kept.quotas().with(1_000, code);
    kept =
        new Kept(
            kept.database(), kept.catalog(), kept.bundles(), kept.routes(), quotas, kept.time());
    api = new LambdaApi(MODEL, kept, noBuckets(), sealer);
  }

  /// An answer.
  record Said(int status, JsonNode body) {
    String text(String member) {
      return body.path(member).asString("");
    }

    /// Fails unless it grants.
    Said granted() {
      assertThat(status).as(body.toString()).isBetween(200, 299);
      return this;
    }

    /// Fails unless it refuses with this status and these words.
    void refused(int wanted, String words) {
      assertThat(status).as(body.toString()).isEqualTo(wanted);
      String upper = text("Message");
      assertThat(upper.isEmpty() ? text("message") : upper).contains(words);
    }
  }

  Said ask(String method, String path, Object... members) {
    return ask(OWNER, method, path, members);
  }

  /// @param path with its query
  /// @param members of the body: name, value, name, value
  Said ask(Account account, String method, String path, Object... members) {
    var body = MAPPER.createObjectNode();
    for (int i = 0; i < members.length; i += 2) {
      body.set((String) members[i], MAPPER.valueToTree(members[i + 1]));
    }
    String[] parts = path.split("\\?", 2);
    var query = new HashMap<String, List<String>>();
    for (String pair : parts.length == 1 ? List.<String>of() : Arrays.asList(parts[1].split("&"))) {
      query.put(pair.split("=", 2)[0], List.of(pair.split("=", 2)[1]));
    }
    ControlApi.Answer answer =
        api.serve(
            new ControlApi.Question(
                RequestId.random(),
                new Principal(account, "ada", Role.ADMIN, "AKIATEST"),
                "127.0.0.1:50000",
                "us-east-1",
                method,
                parts[0],
                query,
                Map.of(),
                members.length == 0 ? new byte[0] : MAPPER.writeValueAsBytes(body)));
    return new Said(
        answer.status(),
        MAPPER.readTree(
            answer.body().length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : answer.body()));
  }

  /// Makes a function of so many bytes of code.
  Said create(Account account, String name, int bytes, Object... more) {
    Object[] usual = {
      "FunctionName",
      name,
      "Runtime",
      "python3.11",
      "Handler",
      "app.handler",
      "Role",
      "arn:aws:iam::" + account + ":role/any",
      "Code",
      Map.of("ZipFile", zip(bytes))
    };
    Object[] all = Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return ask(account, "POST", FUNCTIONS, all);
  }

  /// A zip of about so many bytes, in base64; another one each time.
  static String zip(int bytes) {
    var content = new byte[bytes];
    new Random().nextBytes(content);
    var packed = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(packed)) {
      zip.putNextEntry(new ZipEntry("app.py"));
      zip.write("def handler(event, context): return 1\n".getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("data"));
      zip.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().encodeToString(packed.toByteArray());
  }

  static FunctionId id(String name) {
    return new FunctionId(OWNER, new FunctionName(name));
  }

  /// Changes the database past the API.
  void sql(String statement) throws Unavailable {
    database.<Integer, RuntimeException>write(t -> t.sql().execute(statement));
  }

  @Override
  public void close() {
    database.close();
  }
}
