package org.openlambda.control.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.openlambda.linux.process.PidFd;

/// A PostgreSQL that is not ours, of an older version: it asks for passwords, by TCP, with or
/// without TLS, and by a Unix socket, and outlives whoever uses it. Its database `functions` is
/// owned by the role `ada`, who may do nothing beyond it.
public final class ExternalPostgres implements AutoCloseable {
  public static final String DATABASE = "functions";
  public static final String USER = "ada";

  /// With everything that a URL cannot have as it is.
  public static final String PASSWORD = "p@ss/w?rd#1%:é+ x";

  static final String IN_URL = "p%40ss%2Fw%3Frd%231%25%3A%C3%A9+%20x";

  /// Of all servers of the tests.
  public static final Path SHARED =
      Path.of(System.getProperty("openlambda.root", ".."))
          .toAbsolutePath()
          .normalize()
          .resolve("control/target/postgres");

  private static final int PATIENCE_SECONDS = 60;
  private static final int SIGINT = 2;

  private final Path folder;
  private final ServerUser user;
  private final int port;
  private Process process;

  private ExternalPostgres(Path folder, String version) throws IOException, InterruptedException {
    this.folder = folder;
    this.user = ServerUser.choose(folder, Programs.of(SHARED, folder, archive(version)));
    this.port = freePort();
    initialise();
    this.process = serve();
    sql("create role " + USER + " login password '" + PASSWORD + "'");
    sql("create database " + DATABASE + " owner " + USER);
  }

  /// Starts one, and waits until it serves.
  ///
  /// @param version `15`, of those that the build has fetched
  public static ExternalPostgres start(Path folder, String version)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path real = folder.toRealPath();
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx--x--x"));
    return new ExternalPostgres(real, version);
  }

  private static URL archive(String version) throws IOException {
    Path jar = SHARED.resolve("postgres-" + version + ".jar");
    return URI.create("jar:" + jar.toUri() + "!/postgres-linux-x86_64.txz").toURL();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void initialise() throws IOException, InterruptedException {
    Path data = folder.resolve("data");
    for (Path own : List.of(data, folder.resolve("socket"))) {
      Files.createDirectory(own);
      Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
      user.own(own);
    }
    Files.setPosixFilePermissions(
        folder.resolve("socket"), PosixFilePermissions.fromString("rwx--x--x"));
    Path password = Files.writeString(folder.resolve("password"), "of the superuser");
    certify();
    run(
        "initdb",
        "--pgdata=" + user.inside(data),
        "--username=postgres",
        "--pwfile=" + user.inside(password),
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C");
  }

  /// For `localhost`, by itself.
  private void certify() throws IOException, InterruptedException {
    var openssl =
        new ProcessBuilder(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-subj",
            "/CN=localhost",
            "-keyout",
            folder + "/server.key",
            "-out",
            folder + "/server.crt");
    require(openssl, folder.resolve("openssl.log"));
    Path key = folder.resolve("server.key");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    user.own(key);
  }

  /// Whom clients believe.
  public Path certificate() {
    return folder.resolve("server.crt");
  }

  private List<String> line(String program, String... arguments) {
    var line = new ArrayList<>(List.of(user.program(program).toString()));
    line.addAll(List.of(arguments));
    return user.command(line);
  }

  private void run(String program, String... arguments) throws IOException, InterruptedException {
    require(new ProcessBuilder(line(program, arguments)), folder.resolve(program + ".log"));
  }

  private static void require(ProcessBuilder builder, Path log)
      throws IOException, InterruptedException {
    Process ended = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (ended.waitFor() != 0) {
      throw new IOException(builder.command() + " said: " + Files.readString(log));
    }
  }

  private Process serve() throws IOException {
    Path log = folder.resolve("server.log");
    Process started =
        new ProcessBuilder(
                line(
                    "postgres",
                    "-D",
                    user.inside(folder.resolve("data")).toString(),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "port=" + port,
                    "-c",
                    "unix_socket_directories=" + user.inside(folder.resolve("socket")),
                    "-c",
                    "ssl=on",
                    "-c",
                    "ssl_cert_file=" + user.inside(certificate()),
                    "-c",
                    "ssl_key_file=" + user.inside(folder.resolve("server.key")),
                    "-c",
                    "dynamic_shared_memory_type=mmap",
                    "-c",
                    "fsync=off"))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!Postmaster.of(folder.resolve("data")).map(Postmaster::ready).orElse(false)) {
      if (!started.isAlive() || System.nanoTime() > end) {
        started.destroyForcibly();
        throw new IOException("it did not start: " + Files.readString(log, StandardCharsets.UTF_8));
      }
      Thread.onSpinWait();
    }
    return started;
  }

  /// As its superuser.
  public void sql(String statement) throws IOException {
    var properties = new Properties();
    properties.setProperty("user", "postgres");
    properties.setProperty("password", "of the superuser");
    String url = "jdbc:postgresql://127.0.0.1:" + port + "/postgres?sslmode=disable";
    try (var connection = java.sql.DriverManager.getConnection(url, properties);
        var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (java.sql.SQLException e) {
      throw new IOException(statement, e);
    }
  }

  /// By TCP, with the password.
  public String url(String database, String query) {
    return "postgres://%s:%s@localhost:%d/%s%s".formatted(USER, IN_URL, port, database, query);
  }

  /// The same without the password.
  public String urlOfNobody() {
    return "postgres://%s@localhost:%d/%s".formatted(USER, port, DATABASE);
  }

  /// By its Unix socket, with the password.
  public String socketUrl(String database) {
    return "postgres://%s:%s@/%s?host=%s&port=%d"
        .formatted(USER, IN_URL, database, folder.resolve("socket"), port);
  }

  public int port() {
    return port;
  }

  /// Ends it by a fast shutdown.
  public void stop() {
    try (PidFd postmaster = PidFd.open((int) process.pid())) {
      postmaster.signal(SIGINT);
    }
    process.onExit().join();
  }

  /// After [#stop]; what it holds is there again.
  public void startAgain() throws IOException {
    process = serve();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      stop();
    }
  }
}
