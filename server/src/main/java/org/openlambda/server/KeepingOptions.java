package org.openlambda.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.worker.policy.Eviction;
import org.openlambda.worker.policy.KeepAlive;
import picocli.CommandLine.Option;

/// What becomes of idle instances, as options of the commands that serve.
final class KeepingOptions {
  static final String KEEP_ALIVE = "auto";
  static final String EVICTION = "greedy-dual";

  @Option(
      names = "--keep-alive",
      paramLabel = "TIME",
      description = "how long idle instances are kept: 0s, 90s, 10m ... or auto, by use (auto)")
  private Optional<String> keepAlive = Optional.empty();

  @Option(
      names = "--eviction",
      paramLabel = "RULE",
      description = "who makes room if memory is short: lru or greedy-dual (greedy-dual)")
  private Optional<String> eviction = Optional.empty();

  /// @param otherwise what is taken if the option was not given
  /// @throws IOException if that is no keep-alive
  KeepAlive keepAlive(String otherwise) throws IOException {
    try {
      return KeepAlive.of(keepAlive.orElse(otherwise));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// @param otherwise what is taken if the option was not given
  /// @throws IOException if that is no eviction
  Eviction eviction(String otherwise) throws IOException {
    try {
      return Eviction.of(eviction.orElse(otherwise));
    } catch (IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /// The options as they were given.
  List<String> words() {
    var words = new ArrayList<String>();
    keepAlive.ifPresent(k -> words.addAll(List.of("--keep-alive", k)));
    eviction.ifPresent(e -> words.addAll(List.of("--eviction", e)));
    return words;
  }
}
