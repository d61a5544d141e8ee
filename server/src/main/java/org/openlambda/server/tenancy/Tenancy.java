package org.openlambda.server.tenancy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The right of this process to serve a data folder, until it is closed or the process ends.
public final class Tenancy implements AutoCloseable {
  private static final String LOCK = "server.lock";

  private final Path data;
  private final FileChannel lock;
  private final ProcessMark process;

  private Tenancy(Path data, FileChannel lock, ProcessMark process) {
    this.data = data;
    this.lock = lock;
    this.process = process;
  }

  /// Takes it. The folder is made if it is not there.
  ///
  /// @throws IOException in one sentence, which names the other process, if there is one
  public static Tenancy take(Path data) throws IOException {
    Files.createDirectories(data);
    FileChannel lock =
        FileChannel.open(
            data.resolve(LOCK),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      if (!isLocked(lock)) {
        throw new IOException(taken(data));
      }
      ProcessMark process = ProcessMark.ofThisProcess();
      lock.truncate(0);
      lock.write(ByteBuffer.wrap(process.text().getBytes(StandardCharsets.UTF_8)), 0);
      Tenant.remove(data); // of one that was killed
      return new Tenancy(data, lock, process);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static boolean isLocked(FileChannel lock) throws IOException {
    try {
      return lock.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /// Fails as [#take] does, and takes nothing.
  public static void requireFree(Path data) throws IOException {
    if (!(Occupancy.of(data) instanceof Occupancy.Free)) {
      throw new IOException(taken(data));
    }
  }

  private static String taken(Path data) throws IOException {
    String who =
        switch (Occupancy.of(data)) {
          case Occupancy.Served(Tenant tenant) ->
              "by pid %d at %s".formatted(tenant.process().pid(), tenant.address());
          case Occupancy.Changing(ProcessMark process) ->
              "by pid %d, which starts or ends".formatted(process.pid());
          case Occupancy.Free _ -> "by another process";
        };
    return "%s is served already, %s: 'ol down --data %s' ends it, another --data is another server"
        .formatted(data, who, data);
  }

  /// Who has locked the folder of `data`, or had it last.
  static Optional<ProcessMark> holder(Path data) throws IOException {
    try {
      byte[] bytes = Files.readAllBytes(data.resolve(LOCK));
      return Optional.of(ProcessMark.of(JsonMapper.shared().readTree(bytes)));
    } catch (NoSuchFileException | JacksonException e) {
      return Optional.empty();
    }
  }

  public ProcessMark process() {
    return process;
  }

  /// Says that callers are served.
  public void ready(Tenant tenant) throws IOException {
    tenant.write(data);
  }

  /// Says that callers are no longer served; the folder is still taken.
  public void ending() throws IOException {
    Tenant.remove(data);
  }

  @Override
  public void close() throws IOException {
    ending();
    lock.truncate(0);
    lock.close();
  }
}
