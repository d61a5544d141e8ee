package org.openlambda.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.identity.SigV4;
import org.openlambda.core.identity.SigV4.Scope;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.door.DoorConfig;
import org.openlambda.gateway.door.DoorLimits;
import org.openlambda.gateway.limit.BodyRooms;
import org.openlambda.gateway.limit.CallerLimits;

/// A gateway that asks for keys, over fakes, and callers who sign.
final class KeyedStage implements AutoCloseable {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  final FakeAccounts accounts = new FakeAccounts();
  final FakeInvoker invoker = new FakeInvoker();
  final FakeJournal journal = new FakeJournal();
  final Credential ada = accounts.key("AKADA", Account.FIRST);
  final Credential bob = accounts.key("AKBOB", new Account("000000000001"));
  final Credential eve = accounts.key("AKEVE", new Account("000000000002"));
  final Gateway gateway;

  KeyedStage(BodyRooms rooms) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    var door = new DoorConfig(address, Set.of(), DoorLimits.DEFAULT);
    var served =
        new Gateway.Served.WithKeys(
            accounts, accounts, accounts, accounts, accounts, accounts, CallerLimits.DEFAULT);
    gateway =
        Gateway.open(
            new GatewayConfig(door, Bytes.mebi(6), Bytes.mebi(64), rooms),
            new Gateway.Parts(served, invoker, journal, new FakeWorker(), Time.system()));
  }

  /// A function that takes events, with this code.
  void with(String name, FakeInvoker.Code code) {
    accounts.with(name);
    invoker.with(name, code);
  }

  Caller call() throws IOException {
    return new Caller(gateway.port());
  }

  /// Sends a signed request whole, and does not wait for its answer.
  Caller post(Credential key, String path, byte[] body) throws IOException {
    return call().send(head(key, path, body)).send(body);
  }

  /// Sends a request to a function URL whole, and does not wait for its answer.
  Caller postToUrl(String id, byte[] body) throws IOException {
    return call().send(urlHead(id, body.length)).send(body);
  }

  /// @param more lines
  String urlHead(String id, int length, String... more) {
    var lines = new ArrayList<>(List.of("POST / HTTP/1.1"));
    lines.add("Host: " + id + ".lambda-url.us-east-1.localhost");
    lines.add("Content-Length: " + length);
    lines.addAll(List.of(more));
    return lines(lines);
  }

  /// Of a signed request with a body.
  ///
  /// @param more fields, signed too; names in lower case
  String head(Credential key, String path, byte[] body, Header... more) {
    String stamp = STAMP.format(Instant.now());
    var scope = new Scope(stamp.substring(0, 8), "us-east-1", "lambda");
    var fields = new ArrayList<>(List.of(more));
    fields.add(new Header("host", "localhost"));
    fields.add(new Header("x-amz-date", stamp));
    List<String> signed = fields.stream().map(Header::name).sorted().toList();
    var request = new SigV4.Signable("POST", path, "", fields, signed, SigV4.sha256(body));
    String signature = SigV4.sign(SigV4.key(key.secret(), scope), stamp, scope, request);
    var lines = new ArrayList<>(List.of("POST " + path + " HTTP/1.1"));
    fields.forEach(field -> lines.add(field.name() + ": " + field.value()));
    lines.add(
        "Authorization: %s Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(SigV4.ALGORITHM, key.id(), scope, String.join(";", signed), signature));
    lines.add("Content-Length: " + body.length);
    return lines(lines);
  }

  private static String lines(List<String> lines) {
    return String.join("\r\n", lines) + "\r\n\r\n";
  }

  @Override
  public void close() {
    gateway.close();
  }
}
