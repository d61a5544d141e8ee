package org.openlambda.linux.socket;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;

/// Makes [LinkPair]s. The JDK cannot make a channel of a descriptor, so a listening socket in a
/// directory of our own is connected to by ourselves, and the connection accepted as a channel. The
/// other process gets a connected descriptor and never sees a name.
///
/// Nobody else can reach the directory (0700). It is checked all the same: each connection begins
/// with 16 secret bytes, read here again before it is given out; one without them is closed.
///
/// *Threads*: any, also virtual; nothing waits, for the connection is complete before it is
/// accepted.
///
/// *Cost*: 15 to 25 µs a pair.
public final class LinkSockets implements AutoCloseable {
  private static final int AF_UNIX = 1;
  private static final int SOCK_STREAM = 1;
  private static final int ADDRESS_SIZE = 110;
  private static final int LONGEST_PATH = 107;
  private static final int BACKLOG = 16;
  private static final int SECRET_SIZE = 16;

  private final Path path;
  private final ServerSocketChannel server;
  private final byte[] secret = new byte[SECRET_SIZE];
  private final ReentrantLock lock = new ReentrantLock(); // one connection at a time

  /// Listens on a socket in the directory, which is made if it is not there and becomes 0700.
  ///
  /// @throws IOException if that cannot be done
  public LinkSockets(Path dir) throws IOException {
    path = dir.toAbsolutePath().resolve("links");
    if (path.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
      throw new IllegalArgumentException(
          "the path of a Unix socket has at most %d bytes: %s; choose a shorter data directory"
              .formatted(LONGEST_PATH, path));
    }
    new SecureRandom().nextBytes(secret);
    Files.createDirectories(dir);
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwx------"));
    Files.deleteIfExists(path);
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path), BACKLOG);
      server.configureBlocking(false); // or an interrupt of one caller would close it for all
    } catch (IOException | RuntimeException failure) {
      server.close();
      throw failure;
    }
  }

  /// A new pair.
  ///
  /// @throws LinuxException with `EMFILE` if the process has no descriptor left
  /// @throws UncheckedIOException if the channel cannot be accepted
  public LinkPair open() {
    lock.lock();
    try {
      Fd theirs = connect();
      try {
        return new LinkPair(accept(), theirs);
      } catch (IOException failure) {
        theirs.close();
        throw new UncheckedIOException("cannot accept our own connection to " + path, failure);
      } catch (RuntimeException failure) {
        theirs.close();
        throw failure;
      }
    } finally {
      lock.unlock();
    }
  }

  /// Stops listening and removes the socket; pairs given out stay open.
  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }

  private Fd connect() {
    try (Calls calls = Calls.confined()) {
      long type = SOCK_STREAM | Calls.CLOEXEC;
      Fd socket = Fd.of((int) calls.call(Syscall.SOCKET, "unix", AF_UNIX, type, 0));
      try {
        MemorySegment address = calls.bytes(ADDRESS_SIZE);
        address.set(JAVA_SHORT, 0, (short) AF_UNIX);
        address.setString(2, path.toString());
        MemorySegment data = calls.bytes(SECRET_SIZE);
        MemorySegment.copy(secret, 0, data, JAVA_BYTE, 0, SECRET_SIZE);
        calls.call(
            Syscall.CONNECT, path.toString(), socket.number(), address.address(), ADDRESS_SIZE);
        calls.call(Syscall.WRITE, path.toString(), socket.number(), data.address(), SECRET_SIZE);
        return socket;
      } catch (RuntimeException failure) {
        socket.close();
        throw failure;
      }
    }
  }

  private SocketChannel accept() throws IOException {
    for (int strangers = 0; strangers <= BACKLOG; strangers++) {
      @Nullable SocketChannel channel = server.accept();
      if (channel == null) {
        throw new IOException("the connection is not there");
      }
      if (isOurs(channel)) {
        return channel;
      }
      channel.close();
    }
    throw new IOException("only strangers' connections; who can reach the directory?");
  }

  private boolean isOurs(SocketChannel channel) throws IOException {
    channel.configureBlocking(false);
    ByteBuffer first = ByteBuffer.allocate(SECRET_SIZE);
    channel.read(first);
    boolean ours = first.flip().equals(ByteBuffer.wrap(secret));
    channel.configureBlocking(true);
    return ours;
  }
}
