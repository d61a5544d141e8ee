package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;

/// The logs of all functions. Changed by the thread that writes, read by any.
final class Shelf {
  private final Path folder;
  private final Map<FunctionId, FunctionLog> logs = new ConcurrentHashMap<>();
  private final Map<Long, FunctionLog> byKey = new ConcurrentHashMap<>();

  private Shelf(Path folder) {
    this.folder = folder;
  }

  /// Looks at what an earlier start has left: the names of all files, no file's content.
  static Shelf open(Path folder) throws IOException {
    Files.createDirectories(folder);
    var shelf = new Shelf(folder);
    for (Path account : children(folder)) {
      String number = account.getFileName().toString();
      if (Account.isValid(number) && Files.isDirectory(account)) {
        shelf.openAccount(new Account(number), account);
      }
    }
    return shelf;
  }

  private void openAccount(Account account, Path place) throws IOException {
    var found = new HashMap<FunctionName, List<Segment>>();
    for (Path child : children(place)) {
      boolean old = Files.isDirectory(child);
      for (Path file : old ? takeOut(child, place) : List.of(child)) {
        Segment.found(file)
            .ifPresent(one ->
                found.computeIfAbsent(one.function(), _ -> new ArrayList<>()).add(one.segment()));
      }
    }
    found.forEach(
        (name, segments) -> add(new FunctionLog(new FunctionId(account, name), place, segments)));
  }

  /// Once functions had folders of their own: moves what is in one to where it belongs.
  private static List<Path> takeOut(Path function, Path account) throws IOException {
    var moved = new ArrayList<Path>();
    if (!FunctionName.isValid(function.getFileName().toString())) {
      return moved;
    }
    for (Path file : children(function)) {
      if (file.getFileName().toString().endsWith(".log")) {
        Path place = account.resolve(function.getFileName() + "-" + file.getFileName());
        moved.add(Files.move(file, place));
      }
    }
    removeFolder(function);
    return moved;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.toList();
    }
  }

  private void add(FunctionLog log) {
    logs.put(log.function(), log);
    byKey.put(log.key(), log);
  }

  Optional<FunctionLog> find(FunctionId function) {
    return Optional.ofNullable(logs.get(function));
  }

  /// @param key [FunctionLog#key]
  Optional<FunctionLog> find(long key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /// Whether a mark's segment is there.
  boolean has(Calls.Place place) {
    return find(place.key()).flatMap(log -> log.segment(place.segment())).isPresent();
  }

  /// The log of a function, new if there is none.
  FunctionLog of(FunctionId function) {
    FunctionLog known = logs.get(function);
    if (known != null) {
      return known;
    }
    var log = new FunctionLog(function, folder.resolve(function.account().text()), List.of());
    add(log);
    return log;
  }

  Collection<FunctionLog> all() {
    return logs.values();
  }

  /// Forgets one that has no segment.
  void remove(FunctionLog log) {
    logs.remove(log.function());
    byKey.remove(log.key(), log);
  }

  /// Removes the folder of an account that has no log, unless somebody keeps something there.
  void removeFolder(Account account) throws IOException {
    removeFolder(folder.resolve(account.text()));
  }

  private static void removeFolder(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // it is not ours alone
    }
  }
}
