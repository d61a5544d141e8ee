package org.openlambda.worker.policy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/// A day of 60 functions (`azure2019/functions.txt` says where it is from), to replay policies on.
final class Trace {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /// @param arrivals of its calls, in nanoseconds since midnight, in order
  /// @param serviceNanos time of each call
  record Function(List<Long> arrivals, long serviceNanos) {}

  /// What a policy led to.
  ///
  /// @param idleHours of all instances together
  record Result(int calls, int coldStarts, double idleHours) {}

  private final List<Function> functions = new ArrayList<>();

  /// @param seed places calls within their minutes
  Trace(long seed) throws IOException {
    var random = new SplittableRandom(seed);
    InputStream file =
        Objects.requireNonNull(Trace.class.getResourceAsStream("/azure2019/functions.txt"));
    try (var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      lines.lines().filter(l -> !l.startsWith("#")).forEach(l -> functions.add(parse(l, random)));
    }
  }

  private static Function parse(String line, SplittableRandom random) {
    String[] words = line.split(" ");
    var arrivals = new ArrayList<Long>();
    for (String word : Arrays.asList(words).subList(1, words.length)) {
      String[] parts = word.split(":");
      int calls = parts.length == 1 ? 1 : Integer.parseInt(parts[1]);
      for (int i = 0; i < calls; i++) {
        arrivals.add((Long.parseLong(parts[0]) * 60 + random.nextLong(60)) * SECOND);
      }
    }
    long service = Math.min(60_000, Long.parseLong(words[0])) * 1_000_000;
    return new Function(arrivals.stream().sorted().toList(), service);
  }

  List<Function> functions() {
    return functions;
  }

  /// Replays the day without a bound on memory.
  Result replay(KeepAlive policy) {
    int calls = 0;
    int cold = 0;
    double idleNanos = 0;
    for (Function function : functions) {
      var replay = new Replay(function, policy);
      replay.run();
      calls += function.arrivals.size();
      cold += replay.cold;
      idleNanos += replay.idleNanos;
    }
    return new Result(calls, cold, idleNanos / SECOND / 3_600);
  }

  /// One function; the instance used last serves next, as in the pool.
  private static final class Replay {
    private final Function function;
    private final KeepAlive policy;
    private final IdleTimes times = new IdleTimes();
    private final PriorityQueue<Long> ends = new PriorityQueue<>();
    private final ArrayDeque<Long> idle = new ArrayDeque<>();
    private final ArrayDeque<Long> ghosts = new ArrayDeque<>();
    private int cold;
    private double idleNanos;

    private Replay(Function function, KeepAlive policy) {
      this.function = function;
      this.policy = policy;
    }

    private void run() {
      for (long now : function.arrivals) {
        long keep = policy.nanos(times);
        while (!ends.isEmpty() && ends.element() <= now) {
          idle.add(ends.remove());
        }
        while (!idle.isEmpty() && now - idle.element() > keep) {
          idleNanos += keep;
          ghosts.add(idle.remove());
        }
        if (idle.isEmpty()) {
          cold++;
          if (!ghosts.isEmpty()) {
            times.record(now - ghosts.removeLast());
          }
        } else {
          long since = idle.removeLast();
          idleNanos += now - since;
          times.record(now - since);
        }
        ends.add(now + function.serviceNanos);
      }
      idleNanos += (double) policy.nanos(times) * (idle.size() + ends.size());
    }
  }
}
