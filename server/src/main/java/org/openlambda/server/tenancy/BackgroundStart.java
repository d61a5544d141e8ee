package org.openlambda.server.tenancy;

import java.io.IOException;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openlambda.core.time.Patience;

/// Starts a server in the background, as a session of its own (setsid(1)), so that no terminal ends
/// it. What it says when it is ready comes over a socket that only this process knows; all else
/// that it or its children say goes to a log.
///
/// @param data the folder that it serves
/// @param log which it appends to
/// @param longest until callers are served; then it is ended
public record BackgroundStart(Path data, Path log, Duration longest) {
  /// With the making of a database; a start of an old one takes less than 2 s.
  private static final Duration LONGEST = Patience.of(Duration.ofSeconds(60));

  /// What a server has that is asked to end, before it is killed.
  private static final long END_SECONDS = 10;

  private static final int SHOWN_LINES = 20;

  /// What a server in `data` appends to.
  public static BackgroundStart of(Path data) {
    return new BackgroundStart(data, data.resolve("server.log"), LONGEST);
  }

  /// Starts it, and says what it says. Returns when callers are served.
  ///
  /// @param command to be followed by the socket's path
  /// @throws IOException if it does not come to serve, with what it said
  public void run(List<String> command, PrintStream out) throws IOException, InterruptedException {
    Files.createDirectories(data);
    Tenancy.requireFree(data);
    makeLog();
    long before = Files.size(log);
    Path place = Files.createTempDirectory("ol-up");
    Path socket = place.resolve("words");
    try (var door = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      door.bind(UnixDomainSocketAddress.of(socket));
      door.configureBlocking(false);
      Process server = start(command, socket);
      try (SocketChannel words = accept(door, server, before)) {
        Channels.newInputStream(words).transferTo(out);
        out.flush();
      }
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(place);
    }
  }

  private void makeLog() throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Set<StandardOpenOption> options = Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    FileChannel.open(log, options, mode).close();
  }

  private Process start(List<String> command, Path socket) throws IOException {
    var whole = new ArrayList<>(List.of("setsid"));
    whole.addAll(command);
    whole.add(socket.toString());
    return new ProcessBuilder(whole)
        .redirectInput(Path.of("/dev/null").toFile())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private SocketChannel accept(ServerSocketChannel door, Process server, long before)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + longest.toNanos();
    SocketChannel words = door.accept();
    while (words == null) {
      if (server.waitFor(20, TimeUnit.MILLISECONDS)) {
        throw new IOException("the server has ended instead:\n" + said(before));
      }
      if (System.nanoTime() - end > 0) {
        end(server);
        throw new IOException(
            "the server was not ready after %d s, and is ended; it said:\n%s"
                .formatted(longest.toSeconds(), said(before)));
      }
      words = door.accept();
    }
    return words;
  }

  private static void end(Process server) throws InterruptedException {
    server.destroy();
    if (!server.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      server.destroyForcibly().waitFor();
    }
  }

  /// The last lines of what was appended.
  private String said(long before) throws IOException {
    try (var open = FileChannel.open(log, StandardOpenOption.READ)) {
      open.position(Math.min(before, open.size()));
      byte[] bytes = Channels.newInputStream(open).readNBytes((int) BoundedLog.MOST.count());
      List<String> lines = new String(bytes, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()))
          + "\n("
          + log
          + ")";
    }
  }
}
