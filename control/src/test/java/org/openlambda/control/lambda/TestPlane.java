package org.openlambda.control.lambda;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.openlambda.control.archive.ArchiveBounds;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.bundles.FolderBundles;
import org.openlambda.control.catalog.Catalog;
import org.openlambda.control.catalog.RouteTable;
import org.openlambda.control.catalog.Translation;
import org.openlambda.control.database.TestDatabase;
import org.openlambda.control.identity.MovableTime;
import org.openlambda.control.model.Model;
import org.openlambda.control.s3.S3;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.control.ControlApi.Answer;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Network;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.RequestId;

/// The AWS Lambda API over a database and a disk of a test's own, with one account.
final class TestPlane implements AutoCloseable {
  private static final Principal ADA = new Principal(Account.FIRST, "ada", Role.ADMIN, "AK");

  final MovableTime time = new MovableTime();
  final Bundles bundles;
  final Downloads downloads;
  private final TestDatabase server;
  private final LambdaApi api;

  TestPlane(Path folder, Quotas quotas) throws IOException {
    server = new TestDatabase(folder.resolve("server"));
    Sealer sealer = Sealer.open(folder.resolve("secret.key"));
    bundles = new FolderBundles(folder.resolve("bundles"), ArchiveBounds.DEFAULT);
    var catalog = new Catalog(sealer);
    var translation = new Translation(bundles, "us-east-1", Network.NONE);
    var routes = new RouteTable(server.database(), catalog, translation);
    var kept = new Kept(server.database(), catalog, bundles, routes, quotas, time);
    downloads = new Downloads(kept, sealer);
    api = new LambdaApi(Model.read(), kept, noBuckets(), sealer);
    server
        .database()
        .<Integer, RuntimeException>write(
            t -> t.sql().execute("insert into account values (?, 'first')", Account.FIRST.text()));
  }

  /// No request may name a bucket.
  static ObjectCode noBuckets() {
    return new ObjectCode(
        new S3("us-east-1", S3.Bounds.DEFAULT), CodeBuckets.NONE, Optional.empty());
  }

  static Quotas usual() {
    return Quotas.ofAws(List.of("python3.11"));
  }

  /// A request of Ada, an administrator.
  static Question question(String method, String path, String json) {
    return new Question(
        RequestId.random(),
        ADA,
        "127.0.0.1:1",
        "us-east-1",
        method,
        path,
        Map.of(),
        Map.of("host", "localhost:9000", ":scheme", "http"),
        json.getBytes(StandardCharsets.UTF_8));
  }

  Answer ask(String method, String path, String json) {
    return api.serve(question(method, path, json));
  }

  /// An archive with one file.
  static byte[] zip(String text) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("app.py"));
      zip.write(text.getBytes(StandardCharsets.UTF_8));
      zip.closeEntry();
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    server.close();
  }
}
