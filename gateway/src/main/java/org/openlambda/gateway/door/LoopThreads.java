package org.openlambda.gateway.door;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts virtual threads that an event loop carries. The JDK has had schedulers of virtual threads
/// since they exist, but offers no public way yet to choose one (the Loom project's builds do, as
/// `Thread.VirtualThreadScheduler`): this is the one place that asks for its inner one, which the
/// manifest of `server.jar` opens (`Add-Opens: java.base/java.lang`). Where it is not to be had,
/// threads start on the JDK's own scheduler: all the same, but slower.
final class LoopThreads {
  private static final Logger log = LoggerFactory.getLogger(LoopThreads.class);
  private static final @Nullable MethodHandle NEW_THREAD = find();

  private LoopThreads() {}

  /// Whether threads are really carried by loops.
  static boolean areCarried() {
    return NEW_THREAD != null;
  }

  /// Starts a virtual thread. Does not block.
  ///
  /// @param loop carries it, if there is one and it is possible
  static void start(Optional<Loop> loop, Runnable task) {
    if (NEW_THREAD == null || loop.isEmpty()) {
      Thread.ofVirtual().start(task);
    } else {
      carried(NEW_THREAD, loop.get(), task).start();
    }
  }

  private static Thread carried(MethodHandle newThread, Executor scheduler, Runnable task) {
    try {
      return (Thread) newThread.invokeExact(scheduler, "", 0, task);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable impossible) {
      throw new IllegalStateException("a thread cannot be made", impossible);
    }
  }

  /// `static Thread newVirtualThread(Executor scheduler, String name, int characteristics, Runnable
  /// task)` of JDK 25.
  private static @Nullable MethodHandle find() {
    try {
      Class<?> builders = Class.forName("java.lang.ThreadBuilders");
      var type =
          MethodType.methodType(
              Thread.class, Executor.class, String.class, int.class, Runnable.class);
      return MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
          .findStatic(builders, "newVirtualThread", type);
    } catch (ReflectiveOperationException | RuntimeException e) {
      log.info("virtual threads stay on the JDK's scheduler ({}): calls take longer", e.toString());
      return null;
    }
  }
}
