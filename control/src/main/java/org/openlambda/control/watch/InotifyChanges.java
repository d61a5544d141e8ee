package org.openlambda.control.watch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.inotify.Event;
import org.openlambda.linux.inotify.Inotify;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// [FolderChanges] by inotify(7).
public final class InotifyChanges implements FolderChanges {
  private static final Logger LOG = LoggerFactory.getLogger(InotifyChanges.class);

  private static final int INTEREST =
      Inotify.MODIFY
          | Inotify.ATTRIB
          | Inotify.CLOSE_WRITE
          | Inotify.MOVED_FROM
          | Inotify.MOVED_TO
          | Inotify.CREATE
          | Inotify.DELETE
          | Inotify.ONLYDIR;

  /// Reported beside another bit: the name is of a folder, which is complete when it is made.
  private static final int ISDIR = 0x4000_0000;

  private final Inotify inotify;
  private final AtomicBoolean complained = new AtomicBoolean();

  private InotifyChanges(Inotify inotify) {
    this.inotify = inotify;
  }

  /// Inotify, or [FolderChanges#none] with a warning if the kernel grants no instance.
  public static FolderChanges open() {
    try {
      return new InotifyChanges(new Inotify());
    } catch (LinuxException e) {
      LOG.warn("folders are read at every call, as they cannot be watched: {}", e.getMessage());
      return FolderChanges.none();
    }
  }

  @Override
  public OptionalInt watch(Path folder) {
    try {
      return OptionalInt.of(inotify.watch(folder, INTEREST));
    } catch (LinuxException e) {
      if (Files.exists(folder) && !complained.getAndSet(true)) {
        LOG.warn(
            "some folders are read at every call, as they cannot be watched: {}", e.getMessage());
      }
      return OptionalInt.empty();
    }
  }

  @Override
  public void unwatch(int watch) {
    inotify.unwatch(watch);
  }

  @Override
  public List<Change> drain() {
    List<Event> events = inotify.drain();
    return events.isEmpty()
        ? List.of()
        : events.stream()
            .map(event -> new Change(event.watch(), kind(event.mask()), event.name()))
            .toList();
  }

  private static Kind kind(int mask) {
    if ((mask & Inotify.OVERFLOW) != 0) {
      return Kind.LOST;
    }
    if ((mask & Inotify.IGNORED) != 0) {
      return Kind.ENDED;
    }
    if ((mask & (Inotify.DELETE | Inotify.MOVED_FROM)) != 0) {
      return Kind.GONE;
    }
    boolean newFolder = (mask & Inotify.CREATE) != 0 && (mask & ISDIR) != 0;
    if (newFolder || (mask & (Inotify.CLOSE_WRITE | Inotify.MOVED_TO)) != 0) {
      return Kind.SAVED;
    }
    if ((mask & Inotify.CREATE) != 0) {
      return Kind.CREATED;
    }
    return (mask & Inotify.MODIFY) != 0 ? Kind.WRITING : Kind.ATTRIBUTES;
  }

  @Override
  public void close() {
    inotify.close();
  }
}
