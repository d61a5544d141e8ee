package org.openlambda.control.logs;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
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
      for (Path function : Account.isValid(number) ? children(account) : List.<Path>of()) {
        String name = function.getFileName().toString();
        if (FunctionName.isValid(name)) {
          shelf.of(new FunctionId(new Account(number), new FunctionName(name)));
        }
      }
    }
    return shelf;
  }

  private static List<Path> children(Path folder) throws IOException {
    try (Stream<Path> children = Files.list(folder)) {
      return children.filter(Files::isDirectory).toList();
    }
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
  FunctionLog of(FunctionId function) throws IOException {
    FunctionLog known = logs.get(function);
    if (known != null) {
      return known;
    }
    Path place = folder.resolve(function.account().text()).resolve(function.name().text());
    FunctionLog log = FunctionLog.open(function, place);
    logs.put(function, log);
    byKey.put(log.key(), log);
    return log;
  }

  Collection<FunctionLog> all() {
    return logs.values();
  }

  void remove(FunctionLog log) throws IOException {
    logs.remove(log.function());
    byKey.remove(log.key(), log);
    log.removeFolder();
  }

  /// Removes the folder of an account that has no log, unless somebody keeps something there.
  void removeFolder(Account account) throws IOException {
    try {
      Files.deleteIfExists(folder.resolve(account.text()));
    } catch (DirectoryNotEmptyException e) {
      // it is not ours alone
    }
  }
}
