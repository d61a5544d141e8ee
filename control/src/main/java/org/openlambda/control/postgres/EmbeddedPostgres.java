package org.openlambda.control.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openlambda.control.store.Trees;
import org.openlambda.core.time.Patience;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.process.ChildExit;
import org.openlambda.linux.process.PidFd;
import org.openlambda.linux.process.Spawn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running server. It is started again whenever it ends by itself; it ends with this process,
/// also if that is killed.
///
///     STARTING ──▶ READY ⇄ (ended, started again) ──▶ CLOSED
///
/// *Threads*: any. [#open] and [#close] are *blocking*.
public final class EmbeddedPostgres implements AutoCloseable {
  /// Of the only role, which may do everything.
  public static final String ROLE = "openlambda";

  /// The only database.
  public static final String DATABASE = "postgres";

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgres.class);

  /// A first start takes 1 s, after a crash it repeats what the log holds.
  private static final Duration START = Patience.of(Duration.ofSeconds(60));

  private static final Duration STOP = Patience.of(Duration.ofSeconds(10));
  private static final long GLANCE_NANOS = 5_000_000;
  private static final long LEAST_PAUSE_MILLIS = 100;
  private static final long MOST_PAUSE_MILLIS = 5_000;
  private static final int SIGINT = 2;

  /// What differs from the server's own defaults. Durability does not: fsync, full_page_writes and
  /// synchronous_commit are on, and stand here so that nobody wonders.
  private static final Map<String, String> SETTINGS =
      Map.ofEntries(
          Map.entry("listen_addresses", ""),
          Map.entry("unix_socket_permissions", "0700"),
          Map.entry("fsync", "on"),
          Map.entry("full_page_writes", "on"),
          Map.entry("synchronous_commit", "on"),
          Map.entry("max_connections", "64"),
          Map.entry("shared_buffers", "64MB"),
          Map.entry("wal_level", "logical"),
          Map.entry("io_method", "sync"),
          Map.entry("dynamic_shared_memory_type", "mmap"),
          Map.entry("log_checkpoints", "off"),
          Map.entry("timezone", "UTC"),
          Map.entry("log_timezone", "UTC"),
          Map.entry("log_line_prefix", "%m [%p] "));

  private final Path folder;
  private final Path data;
  private final ServerUser user;
  private final Programs programs;
  private final FileChannel lockFile;
  private final Thread keeper;
  private final CountDownLatch ended = new CountDownLatch(1);

  /// The process that runs; guarded by this.
  private @Nullable PidFd process;

  /// Of the process started last; every program on the way to it only executes the next.
  private volatile int pid;

  private volatile boolean closed;

  private EmbeddedPostgres(Path folder, Path shared, FileChannel lockFile) throws IOException {
    this.folder = folder;
    this.data = folder.resolve("data");
    this.lockFile = lockFile;
    this.programs = Programs.of(shared, folder);
    this.user = ServerUser.choose(folder, programs);
    this.keeper = Thread.ofPlatform().name("postgres").daemon().unstarted(this::keep);
  }

  /// Starts a server on the data in a folder, which are made if there are none; returns when it
  /// takes connections.
  ///
  /// @param folder of nobody else's; made if it is not there
  /// @param shared where its programs are kept for all servers; if nothing can be written there,
  ///   they are in the folder
  /// @throws IOException if another process of ours uses it, if its data are another version's, or
  ///   if the server does not start: with its last words
  public static EmbeddedPostgres open(Path folder, Path shared) throws IOException {
    Path real = Files.createDirectories(folder).toRealPath();
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx--x--x"));
    FileChannel lockFile = lock(real);
    try {
      var postgres = new EmbeddedPostgres(real, shared, lockFile);
      try {
        postgres.start();
        return postgres;
      } catch (IOException | RuntimeException e) {
        postgres.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel file =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isLocked(file)) {
      file.close();
      throw new IOException(
          "another process has the database in %s open: stop that first".formatted(folder));
    }
    return file;
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // by this very process
    }
  }

  /// The socket that it listens on.
  public Path socket() {
    return socket(folder);
  }

  /// Where the server of a folder listens, whichever process has started it.
  public static Path socket(Path folder) {
    return folder.resolve("socket").resolve(".s.PGSQL.5432");
  }

  private void start() throws IOException {
    Postmaster.endOrphan(data, STOP);
    if (!Files.exists(data.resolve("PG_VERSION"))) {
      initialise();
    }
    refuseOtherVersions();
    makeFolder(folder.resolve("socket"));
    keeper.start();
    awaitReady();
  }

  /// Makes the data, beside their place: all of them or none.
  private void initialise() throws IOException {
    Path partial = folder.resolve("data-partial");
    Trees.delete(partial);
    makeFolder(partial);
    List<String> line =
        List.of(
            user.program("initdb").toString(),
            "--pgdata=" + inside(partial),
            "--username=" + ROLE,
            "--auth=trust", // whoever reaches the socket: its folder lets the two of us in only
            "--encoding=UTF8",
            "--locale=C",
            "--data-checksums");
    Path log = folder.resolve("initdb.log");
    ChildExit how = ChildExit.waitFor(spawn(line, log));
    if (!how.equals(new ChildExit.Exited(0))) {
      throw new IOException("initdb %s; it said: %s".formatted(how, lastWords(log)));
    }
    Trees.delete(data);
    Files.move(partial, data, StandardCopyOption.ATOMIC_MOVE);
  }

  private void refuseOtherVersions() throws IOException {
    String theirs = Files.readString(data.resolve("PG_VERSION")).strip();
    String ours = programs.majorVersion();
    if (!ours.equals(theirs)) {
      throw new IOException(
          ("the data in %s are of PostgreSQL %s, this installation has %s: start the installation"
                  + " that wrote them, or write them out with that version's pg_dumpall and load"
                  + " them into a server that is named with --database")
              .formatted(data, theirs, ours));
    }
  }

  private void makeFolder(Path path) throws IOException {
    Files.createDirectories(path);
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
    user.own(path);
  }

  private String inside(Path path) {
    return user.inside(path).toString();
  }

  private int spawn(List<String> line, Path log) throws IOException {
    List<String> whole = user.command(line);
    Files.writeString(log, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    try (Fd out = Fd.openPath(log.toString(), Fd.O_WRONLY, Fd.O_APPEND)) {
      return new Spawn(
              whole.getFirst(),
              whole.subList(1, whole.size()),
              Map.of("LC_ALL", "C", "PATH", "/usr/bin:/bin"),
              Map.of(1, out, 2, out))
          .start();
    }
  }

  /// The keeper's thread: the server ends when this thread does.
  private void keep() {
    long pause = LEAST_PAUSE_MILLIS;
    while (!closed) {
      long begin = System.nanoTime();
      try {
        ChildExit how = run();
        if (!closed) {
          LOG.warn("the database {}; it is started again in {} ms", how, pause);
        }
      } catch (IOException | RuntimeException e) {
        LOG.error("the database cannot be started; tried again in {} ms", pause, e);
      }
      if (closed) {
        break;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
      boolean lasted = System.nanoTime() - begin > START.toNanos();
      pause = lasted ? LEAST_PAUSE_MILLIS : Math.min(2 * pause, MOST_PAUSE_MILLIS);
    }
    ended.countDown();
  }

  private ChildExit run() throws IOException {
    var line = new ArrayList<String>();
    line.addAll(List.of(user.program("postgres").toString(), "-D", inside(data)));
    SETTINGS.forEach((name, value) -> line.addAll(List.of("-c", name + "=" + value)));
    line.addAll(List.of("-c", "unix_socket_directories=" + inside(folder.resolve("socket"))));
    int pid = spawn(line, log());
    this.pid = pid;
    synchronized (this) {
      process = PidFd.open(pid);
      if (closed) {
        process.signal(SIGINT);
      }
    }
    try {
      return ChildExit.waitFor(pid);
    } finally {
      synchronized (this) {
        if (process != null) {
          process.close();
          process = null;
        }
      }
    }
  }

  private void awaitReady() throws IOException {
    long end = System.nanoTime() + START.toNanos();
    while (!isReady()) {
      if (System.nanoTime() > end) {
        throw new IOException(
            "the database was not ready within %d s; it said: %s"
                .formatted(START.toSeconds(), lastWords(log())));
      }
      LockSupport.parkNanos(GLANCE_NANOS);
    }
  }

  /// Whether it takes connections now: it, and not one before whose file a crash has left.
  public boolean isReady() throws IOException {
    Optional<Postmaster> found = Postmaster.of(data);
    return found.isPresent()
        && found.get().pid() == pid
        && found.get().ready()
        && Files.exists(socket());
  }

  /// What it appends to, and nobody cuts.
  public Path log() {
    return folder.resolve("server.log");
  }

  private static String lastWords(Path log) throws IOException {
    List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
    return String.join(" | ", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }

  /// Ends it by a fast shutdown: what runs in it is rolled back, what was committed is on the disk.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (process != null) {
        process.signal(SIGINT);
      }
    }
    LockSupport.unpark(keeper);
    try {
      if (keeper.isAlive() && !ended.await(2 * STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the database does not end; it ends with this process");
      }
      lockFile.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      LOG.warn("the lock of {} cannot be given back", folder, e);
    }
  }
}
