package org.openlambda.bench.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// An hour of 200 functions of Azure, a minute of it as a second (`azure2019.txt` says where it is
/// from).
///
/// @param functions in the order of the file
record Hour(List<Function> functions) {
  /// How much faster its time runs.
  static final int COMPRESSED = 60;

  static final int MINUTES = 60;
  private static final long SECOND = 1_000_000_000L;

  /// @param seconds a call takes, in compressed time
  /// @param memoryMb of its application, as it was
  /// @param calls by minute
  record Function(double seconds, int memoryMb, Map<Integer, Integer> calls) {
    Function {
      calls = Map.copyOf(calls);
    }
  }

  /// @param dueNanos since the start
  record Call(long dueNanos, int function) {}

  Hour {
    functions = List.copyOf(functions);
  }

  static Hour read() throws IOException {
    InputStream file =
        Objects.requireNonNull(
            Hour.class.getResourceAsStream("/org/openlambda/bench/azure2019.txt"));
    try (var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return new Hour(lines.lines().filter(l -> !l.startsWith("#")).map(Hour::parse).toList());
    }
  }

  private static Function parse(String line) {
    String[] words = line.split(" ");
    var calls = new TreeMap<Integer, Integer>();
    for (String word : Arrays.asList(words).subList(2, words.length)) {
      String[] parts = word.split(":");
      calls.put(Integer.parseInt(parts[0]), parts.length == 1 ? 1 : Integer.parseInt(parts[1]));
    }
    double seconds = Double.parseDouble(words[0]) / 1_000 / COMPRESSED;
    return new Function(seconds, Integer.parseInt(words[1]), calls);
  }

  /// How many calls a minute a function may have at most, so that all together have no more than so
  /// many on average; at least 1. Rare functions stay as they are.
  int cap(int minutes, double perMinute) {
    int cap = 1;
    while (cap < 10_000 && count(minutes, cap + 1) <= perMinute * minutes) {
      cap++;
    }
    return cap;
  }

  private long count(int minutes, int cap) {
    return functions.stream()
        .flatMap(f -> f.calls().entrySet().stream())
        .filter(e -> e.getKey() < minutes)
        .mapToLong(e -> Math.min(cap, e.getValue()))
        .sum();
  }

  /// The calls of its first minutes in order, placed within their minutes by `seed`.
  List<Call> calls(int minutes, int cap, long seed) {
    var random = new SplittableRandom(seed);
    var calls = new ArrayList<Call>();
    for (int f = 0; f < functions.size(); f++) {
      for (var minute : new TreeMap<>(functions.get(f).calls()).entrySet()) {
        for (int i = 0; minute.getKey() < minutes && i < Math.min(cap, minute.getValue()); i++) {
          calls.add(new Call(minute.getKey() * SECOND + random.nextLong(SECOND), f));
        }
      }
    }
    calls.sort(Comparator.comparingLong(Call::dueNanos));
    return calls;
  }
}
