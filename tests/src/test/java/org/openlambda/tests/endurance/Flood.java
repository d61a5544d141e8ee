package org.openlambda.tests.endurance;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.openlambda.tests.Http;

/// Calls of one function, in an open loop (at a rate, whatever becomes of them) or a closed one
/// (the next when the last is answered).
final class Flood {
  private final Http http;
  private final String path;
  private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();

  /// A call that has ended.
  ///
  /// @param dueNanos when it was to begin; in an open loop it may have begun later
  /// @param what the status, and for a refusal whether it says when to come again
  record Ended(long dueNanos, long endNanos, String what) {
    boolean isGood() {
      return what.equals("200");
    }

    /// Served, or refused in order: 429 or 503 with `Retry-After`.
    boolean isAnswered() {
      return isGood() || what.equals("429, come again") || what.equals("503, come again");
    }

    long nanos() {
      return endNanos - dueNanos;
    }
  }

  Flood(Http http, String function) {
    this.http = http;
    this.path = "/run/" + function;
  }

  private Ended call(long due) {
    String what;
    try {
      what = what(http.begin(http.request(path).POST(BodyPublishers.ofString("1"))).get());
    } catch (ExecutionException e) {
      what = "no answer: " + e.getCause();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      what = "interrupted";
    }
    var call = new Ended(due, System.nanoTime(), what);
    ended.add(call);
    return call;
  }

  private static String what(HttpResponse<String> response) {
    boolean again = response.headers().firstValue("retry-after").isPresent();
    return response.statusCode() + (again ? ", come again" : "");
  }

  /// From so many callers for so long. Blocks until the last answer.
  List<Ended> closed(int callers, Duration duration) throws Exception {
    ended.clear();
    long end = System.nanoTime() + duration.toNanos();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < callers; i++) {
        threads.execute(() -> {
          while (System.nanoTime() - end < 0) {
            call(System.nanoTime());
          }
        });
      }
    }
    return new ArrayList<>(ended);
  }

  /// Begins `perSecond` calls each second for so long, in equal distances, and returns when the
  /// last has begun.
  void open(double perSecond, Duration duration) {
    ended.clear();
    long begin = System.nanoTime();
    long count = (long) (perSecond * duration.toNanos() / 1e9);
    for (long i = 0; i < count; i++) {
      long due = begin + (long) (i / perSecond * 1e9);
      while (due - System.nanoTime() > 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      Thread.ofVirtual().start(() -> call(due));
    }
  }

  /// What has ended so far of the last loop.
  List<Ended> ended() {
    return new ArrayList<>(ended);
  }

  /// One call now.
  Ended probe() {
    return call(System.nanoTime());
  }

  /// Good answers a second between two moments.
  static double goodput(List<Ended> calls, long fromNanos, long toNanos) {
    long good =
        calls.stream()
            .filter(Ended::isGood)
            .filter(call -> call.endNanos - fromNanos >= 0 && call.endNanos - toNanos < 0)
            .count();
    return good / ((toNanos - fromNanos) / 1e9);
  }

  /// How many ended in which way.
  static Map<String, Long> ends(List<Ended> calls) {
    return calls.stream()
        .collect(Collectors.groupingBy(Ended::what, TreeMap::new, Collectors.counting()));
  }
}
