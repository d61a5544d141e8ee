package org.openlambda.server;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.linux.system.Kernel;
import org.openlambda.worker.Worker;
import org.openlambda.worker.sandbox.Isolation;

/// What the sandboxes of a server lack of what root could give them.
///
/// @param isolation whether they have walls at all
/// @param weaker what is weaker, each in a few words; empty for root
record Walls(Isolation isolation, List<String> weaker) {
  private static final String UNPROTECTED =
      """
      ol: ####################################################################
      ol: #  --isolation none: functions run AS YOU, WITHOUT ANY PROTECTION.
      ol: #  They can read, change and delete all that you can, and nothing
      ol: #  keeps them from each other. Only run your own code so.
      ol: #  This server listens on loopback only; every local user can call it.
      ol: ####################################################################
      """;

  Walls {
    weaker = List.copyOf(weaker);
  }

  /// Those of a running worker.
  static Walls of(Worker worker, Isolation isolation) {
    return new Walls(isolation, weaker(worker.unlimited(), worker.hasDistinctUids()));
  }

  /// @param unlimited of `memory`, `cpu`, `pids`
  static List<String> weaker(List<String> unlimited, boolean distinctUids) {
    var weaker = new ArrayList<String>();
    if (unlimited.contains("memory")) {
      weaker.add("memory is looked at, not limited by the kernel");
    }
    if (unlimited.contains("cpu")) {
      weaker.add("CPU is not limited");
    }
    if (!distinctUids) {
      weaker.add("all sandboxes have your uid");
    }
    if (!Kernel.ownsItsNetwork()) {
      weaker.add("network: outbound is not possible");
    }
    return weaker;
  }

  /// The same in a sentence, if there is anything to say.
  Optional<String> note() {
    return weaker.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "sandboxes are weaker than root could make them: "
                + String.join("; ", weaker)
                + " (`ol doctor` says more)");
  }

  /// Says it, at every start.
  void warn(PrintStream to) {
    if (isolation == Isolation.NONE) {
      to.print(UNPROTECTED);
    } else {
      note().ifPresent(sentence -> to.println("ol: " + sentence));
    }
    to.flush();
  }
}
