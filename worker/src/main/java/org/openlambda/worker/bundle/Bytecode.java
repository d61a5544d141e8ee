package org.openlambda.worker.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.regex.Pattern;
import org.openlambda.core.function.Problems;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Reply;

/// Receives the compiled files of one bundle from a sandbox and puts them into the store. The
/// stream is `u16 n, n bytes of path, u32 m, m bytes of file`, repeated (rule R12 of the protocol).
///
/// The sandbox is not believed: a file is accepted only at `__pycache__/NAME.TAG.pyc` beside an
/// existing `NAME.py` of the bundle, within bounds. What it contains is only ever run by the
/// bundle's own function, which could run anything anyway.
public final class Bytecode implements Reply {
  private static final long MOST_BYTES = 256L << 20;

  /// Of one file: it is kept in memory until all of it is here.
  private static final int LARGEST = 16 << 20;

  private static final Pattern COMPILED =
      Pattern.compile("(?:(.*)/)?__pycache__/([^/]+)\\.[a-z0-9-]{1,32}\\.pyc");

  private final Path folder;
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();
  private long received;
  private int files;

  public Bytecode(Bundle bundle) {
    this.folder = bundle.folder();
  }

  @Override
  public void start(int status, List<Header> headers) {}

  @Override
  public void write(byte[] piece) throws IOException {
    received += piece.length;
    if (received > MOST_BYTES) {
      throw new IOException("more than " + MOST_BYTES + " bytes of compiled files");
    }
    pending.writeBytes(piece);
    var in = ByteBuffer.wrap(pending.toByteArray());
    while (store(in)) {
      files++;
    }
    pending.reset();
    pending.write(in.array(), in.position(), in.remaining());
  }

  @Override
  public void whenGone(Runnable action) {}

  /// How many files were stored.
  public int files() {
    return files;
  }

  /// Stores the next file if all of it is here.
  private boolean store(ByteBuffer in) throws IOException {
    in.mark();
    if (in.remaining() < 2) {
      return false;
    }
    int pathLength = Short.toUnsignedInt(in.getShort());
    if (in.remaining() < pathLength + 4) {
      in.reset();
      return false;
    }
    var path = new byte[pathLength];
    in.get(path);
    int length = in.getInt();
    if (length < 0 || length > LARGEST) {
      throw new IOException("a compiled file of " + Integer.toUnsignedString(length) + " bytes");
    }
    if (in.remaining() < length) {
      in.reset();
      return false;
    }
    var bytes = new byte[length];
    in.get(bytes);
    place(new String(path, StandardCharsets.UTF_8), bytes);
    return true;
  }

  private void place(String path, byte[] bytes) throws IOException {
    try {
      placeChecked(path, bytes);
    } catch (InvalidPathException e) { // what the machine's locale cannot express
      throw new IOException(Problems.quote(path) + " is no path: " + e.getReason(), e);
    }
  }

  private void placeChecked(String path, byte[] bytes) throws IOException {
    var match = COMPILED.matcher(path);
    if (!match.matches() || path.contains("..") || path.startsWith("/") || path.indexOf(0) >= 0) {
      throw new IOException(Problems.quote(path) + " is no place for a compiled file");
    }
    Path home = match.group(1) == null ? folder : folder.resolve(match.group(1));
    Path source = home.resolve(match.group(2) + ".py");
    // The store's own files: no component of them can be a link that was not in the bundle.
    if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)
        || !home.toRealPath().startsWith(folder.toRealPath())) {
      throw new IOException(Problems.quote(path) + " has no source in the bundle");
    }
    Path cache = home.resolve("__pycache__");
    if (!Files.isDirectory(cache, LinkOption.NOFOLLOW_LINKS)) {
      Files.createDirectory(cache);
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path fresh = cache.resolve("new");
    Files.write(fresh, bytes, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
    Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(fresh, folder.resolve(path), StandardCopyOption.ATOMIC_MOVE);
  }
}
