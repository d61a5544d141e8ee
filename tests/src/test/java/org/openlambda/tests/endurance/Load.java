package org.openlambda.tests.endurance;

import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.openlambda.tests.Functions;
import org.openlambda.tests.Http;
import org.openlambda.tests.Http.Answer;
import tools.jackson.databind.json.JsonMapper;

/// Callers that never stop, whatever becomes of their calls: one after the other from each of them,
/// of a function that is warm, one that needs a new sandbox each time, and one that takes a while.
final class Load implements AutoCloseable {
  /// What a call finds at a closed port. It was not lost: nobody had taken it.
  static final String REFUSED = "connection refused";

  private static final int CALLERS = 8;
  private static final long THINK_NANOS = 5_000_000;

  /// Before one calls again that found a closed port: 8 that knock on and on would take a processor
  /// from the server that starts.
  private static final long RETRY_NANOS = 25_000_000;

  private static final List<String> FUNCTIONS = List.of("warm", "once", "slow");

  private final Http http;
  private final List<Thread> callers = new ArrayList<>();
  private final ConcurrentLinkedQueue<Call> ended = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /// One that has ended.
  ///
  /// @param status 0 if there was no answer
  /// @param words what was wrong; empty if nothing was
  record Call(String function, long beginNanos, long endNanos, int status, String words) {
    boolean isServed() {
      return status == 200;
    }

    boolean isLost() {
      return status != 200 && !words.startsWith(REFUSED);
    }
  }

  Load(Http http) {
    this.http = http;
    for (int i = 0; i < CALLERS; i++) {
      var random = new Random(i);
      callers.add(Thread.ofVirtual().start(() -> callOnAndOn(random)));
    }
  }

  /// The functions that are called, and `hold`, which is called by [Held].
  static Functions writeTo(Functions functions) throws IOException {
    String sleeper = "import time\ndef f(event):\n    time.sleep(%s)\n    return 1\n";
    return functions
        .add("warm", "memory: 64MB\n", sleeper.formatted("0.002"))
        .add("once", "memory: 64MB\nreuse-sandbox: false\n", sleeper.formatted("0.002"))
        .add("slow", "memory: 64MB\n", sleeper.formatted("0.1"))
        .add("hold", "memory: 64MB\nreuse-sandbox: false\n", "def f(event):\n    return event\n");
  }

  private void callOnAndOn(Random random) {
    while (!closed) {
      Call call = call(http, FUNCTIONS.get(random.nextInt(FUNCTIONS.size())));
      ended.add(call);
      LockSupport.parkNanos(call.words().equals(REFUSED) ? RETRY_NANOS : THINK_NANOS);
    }
  }

  /// Calls once. Blocks until the answer, or its absence.
  private static Call call(Http http, String function) {
    long begin = System.nanoTime();
    try {
      Answer answer = http.call(function, "{}");
      boolean problem = answer.type().equals("application/problem+json");
      String words = words(answer.status(), problem, answer.body());
      return new Call(function, begin, System.nanoTime(), answer.status(), words);
    } catch (ConnectException _) {
      return new Call(function, begin, System.nanoTime(), 0, REFUSED);
    } catch (IOException e) {
      String words = "connection closed: " + e.getMessage();
      return new Call(function, begin, System.nanoTime(), 0, words);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Call(function, begin, System.nanoTime(), 0, "interrupted");
    }
  }

  /// The status and what it was explained with; empty if all is well.
  static String words(int status, boolean isProblem, String body) {
    if (status == 200) {
      return "";
    }
    String detail = isProblem ? JsonMapper.shared().readTree(body).path("detail").asString() : body;
    return status + " " + detail;
  }

  /// The calls that ended since this was asked last.
  List<Call> take() {
    var taken = new ArrayList<Call>();
    for (Call call = ended.poll(); call != null; call = ended.poll()) {
      taken.add(call);
    }
    return taken;
  }

  @Override
  public void close() {
    closed = true;
    for (Thread caller : callers) {
      try {
        caller.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
