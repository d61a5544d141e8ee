package org.openlambda.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.FormatOption;
import org.openlambda.cli.server.Key;
import org.openlambda.cli.server.KnownServers;
import org.openlambda.control.database.DatabaseAddress;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.Network;
import org.openlambda.core.identity.Credential;
import org.openlambda.core.units.Bytes;
import org.openlambda.gateway.GatewayConfig;
import org.openlambda.gateway.door.DoorConfig;
import org.openlambda.gateway.door.DoorLimits;
import org.openlambda.gateway.door.TlsFiles;
import org.openlambda.server.tenancy.BackgroundStart;
import org.openlambda.server.tenancy.BoundedLog;
import org.openlambda.server.tenancy.Tenancy;
import org.openlambda.server.tenancy.Tenant;
import org.openlambda.server.tenancy.Words;
import org.openlambda.worker.sandbox.Isolation;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `ol up`: a server that keeps what is deployed to it.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Run a server with accounts, versions and the AWS Lambda API.",
    footer = {
      "",
      "The first start prints the key of its first account, once; with -o json, it is a member of"
          + " the line of JSON that says that callers are served. With --detach it serves in the"
          + " background when this returns; what it says then is in DIR/server.log. 'ol status' and"
          + " 'ol down' know it.",
      "",
      "Examples:",
      "  ol up",
      "  ol up --data /srv/openlambda --listen 127.0.0.1:9000",
      "  ol up --detach",
      "  aws lambda list-functions --endpoint-url http://localhost:9000"
    })
final class UpCommand implements Callable<Integer> {
  private static final long LARGEST_BUNDLE_MEBI = 250;
  private static final String DETACHED = "--detached";

  @Spec private @Nullable CommandSpec spec;
  @Mixin private DataOption data = new DataOption();
  @Mixin private FormatOption format = new FormatOption();

  /// To be said when there is somebody to hear it.
  private final List<String> notes = new ArrayList<>();

  @Option(
      names = {"-d", "--detach"},
      description = "in the background")
  private boolean detach;

  /// How this program tells the one that it starts where it waits.
  @Option(names = DETACHED, hidden = true)
  private Optional<Path> waiting = Optional.empty();

  @Mixin private DatabaseOption database = new DatabaseOption();

  @Option(
      names = "--listen",
      paramLabel = "ADDR",
      description = "address and port (default 127.0.0.1:9000); beyond loopback with TLS")
  private String listen = "127.0.0.1:9000";

  @Option(
      names = "--tls-cert",
      paramLabel = "FILE",
      description = "certificate and those that lead to its root, PEM; read again when it changes")
  private Optional<Path> certificate = Optional.empty();

  @Option(names = "--tls-key", paramLabel = "FILE", description = "its key, PEM (PKCS #8)")
  private Optional<Path> key = Optional.empty();

  @Option(
      names = "--plain-http",
      description = "beyond loopback without TLS: what passes can be read on the way")
  private boolean plain;

  @Option(names = "--account", paramLabel = "ID", description = "first account (123456789012)")
  private String account = Account.FIRST.text();

  @Option(names = "--region", paramLabel = "NAME", description = "that functions see (us-east-1)")
  private String region = "us-east-1";

  @Option(
      names = "--network",
      paramLabel = "NONE|OUTBOUND",
      description =
          "what functions of the AWS Lambda API can reach: by default outbound, as with AWS, where"
              + " this machine can give it")
  private Optional<Network> network = Optional.empty();

  @Mixin private LimitOptions limits = new LimitOptions();

  @Mixin private CodeOptions code = new CodeOptions();

  @Mixin private KeepingOptions keeping = new KeepingOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (detach) {
      BackgroundStart.of(data.folder()).run(again(), System.out);
      return 0;
    }
    Ahead.await();
    Privilege.obtain();
    if (waiting.isPresent()) {
      System.err.printf("ol up: starts at %s as pid %d%n", now(), ProcessHandle.current().pid());
    }
    serve(settings());
    return 0;
  }

  /// This command as it was given, to be started by itself.
  private List<String> again() {
    CommandSpec up = Objects.requireNonNull(spec, "picocli sets the command's spec");
    var words = new ArrayList<>(List.of(System.getProperty("openlambda.command", "ol")));
    up.root().commandLine().getParseResult().originalArgs().stream()
        .filter(word -> !word.equals("-d") && !word.equals("--detach"))
        .forEach(words::add);
    words.add(DETACHED);
    return words;
  }

  private Settings settings() throws IOException {
    Path folder = data.folder();
    return new Settings(
        Installation.home(),
        folder.resolve("node"),
        new Settings.Served.Accounts(
            folder,
            database.address(),
            account(),
            region,
            network(),
            limits.limits(),
            limits.code(),
            code.places()),
        Machine.memory(),
        keeping.keepAlive(KeepingOptions.KEEP_ALIVE),
        keeping.eviction(KeepingOptions.EVICTION),
        new GatewayConfig(door(), Bytes.mebi(6), Bytes.mebi(LARGEST_BUNDLE_MEBI)),
        false,
        Tuning.NONE,
        Isolation.SANDBOX);
  }

  private DoorConfig door() throws IOException {
    InetSocketAddress address = address();
    boolean local = address.getAddress().isLoopbackAddress();
    Set<String> hosts = local ? Set.of() : Set.of(DoorConfig.ANY_HOST);
    return new DoorConfig(address, hosts, DoorLimits.DEFAULT, tls());
  }

  private Optional<TlsFiles> tls() throws IOException {
    if (certificate.isPresent() != key.isPresent()) {
      throw new IOException("--tls-cert and --tls-key belong together: one is missing");
    }
    return certificate.map(file -> new TlsFiles(file, key.orElseThrow()));
  }

  private Network network() {
    if (network.isPresent()) {
      return network.get();
    }
    Finding outbound = Doctor.outbound();
    if (outbound.verdict() == Finding.Verdict.THERE) {
      return Network.OUTBOUND;
    }
    notes.add(
        "functions reach no network (%s); to change that: %s"
            .formatted(outbound.detail(), outbound.fix()));
    return Network.NONE;
  }

  private Account account() throws IOException {
    try {
      return new Account(account);
    } catch (IllegalArgumentException e) {
      throw new IOException("--account: " + e.getMessage(), e);
    }
  }

  private InetSocketAddress address() throws IOException {
    int colon = listen.lastIndexOf(':');
    String port = listen.substring(colon + 1);
    if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
      throw new IOException("--listen " + listen + " has no port: 127.0.0.1:9000 has one");
    }
    String host = colon < 0 ? "127.0.0.1" : listen.substring(0, colon);
    InetAddress address = InetAddress.getByName(host);
    if (!address.isLoopbackAddress() && tls().isEmpty() && !plain) {
      throw new IOException(
          ("--listen %s is not on loopback: give --tls-cert and --tls-key, or say --plain-http if"
                  + " somebody else adds TLS or nobody listens on the way")
              .formatted(listen));
    }
    return new InetSocketAddress(address, Integer.parseInt(port));
  }

  private void serve(Settings settings) throws IOException, InterruptedException {
    try (var ending = Ending.onSignal();
        Tenancy tenancy = Tenancy.take(data.folder());
        var _ = log();
        Node node = Node.open(settings)) {
      try (Words words = Words.to(waiting)) {
        introduce(node, tenancy, scheme(settings) + shown() + ":" + node.port(), words.out());
      }
      ending.await();
      tenancy.ending();
    }
  }

  /// Of a server in the background; others write to a terminal or where they were told.
  private Closeable log() {
    if (waiting.isEmpty()) {
      return () -> {};
    }
    return new BoundedLog(
        BackgroundStart.of(data.folder()).log(), BoundedLog.MOST, BoundedLog.GLANCE);
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS);
  }

  private void introduce(Node node, Tenancy tenancy, String address, PrintStream out)
      throws IOException {
    tenancy.ready(
        new Tenant(
            tenancy.process(),
            address,
            now().toString(),
            database.address().map(DatabaseAddress::shown).orElse(Tenant.OWN),
            account,
            region));
    Walls.of(node.worker(), Isolation.SANDBOX).note().ifPresent(notes::add);
    Optional<Credential> first = node.firstKey();
    Optional<Path> kept = first.flatMap(key -> keep(key, address));
    var said = new Introduction(address, account, region, notes, first, kept);
    if (format.isJson()) {
      out.println(said.json());
      out.flush();
    } else {
      said.print(out, waiting.isPresent() ? out : System.err);
    }
  }

  private static String scheme(Settings settings) {
    return settings.gateway().door().tls().isPresent() ? "https://" : "http://";
  }

  /// The host to call, from this machine if it listens everywhere.
  private String shown() {
    int colon = listen.lastIndexOf(':');
    String host = colon <= 0 ? "127.0.0.1" : listen.substring(0, colon);
    return List.of("0.0.0.0", "[::]", "localhost").contains(host) ? "127.0.0.1" : host;
  }

  /// For `ol` itself.
  private Optional<Path> keep(Credential key, String address) {
    KnownServers known = KnownServers.of(System.getenv());
    try {
      known.remember(address, new Key(key.id(), key.secret()));
      return Optional.of(known.file());
    } catch (IOException e) {
      notes.add("the key cannot be kept in " + known.file() + ": " + e);
      return Optional.empty();
    }
  }
}
