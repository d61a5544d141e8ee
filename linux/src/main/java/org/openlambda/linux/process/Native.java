package org.openlambda.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.openlambda.linux.LinuxException;

/// The functions of `posix_spawn(3)`, in the C library's own names; glibc 2.34 or newer, for
/// `posix_spawn_file_actions_addclosefrom_np`. They return an error number and do not set `errno`.
///
/// File actions and attributes are allocated by us, with room to spare over glibc's 80 and 336
/// bytes. glibc keeps the list of actions in memory of its own, which [#destroyActions] gives back.
final class Native {
  static final long FILE_ACTIONS_SIZE = 128;
  static final long ATTRIBUTES_SIZE = 512;

  private static final MethodHandle SPAWN =
      function("posix_spawn", ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);
  private static final MethodHandle INIT = function("posix_spawn_file_actions_init", ADDRESS);
  private static final MethodHandle DESTROY = function("posix_spawn_file_actions_destroy", ADDRESS);
  private static final MethodHandle DUP2 =
      function("posix_spawn_file_actions_adddup2", ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle OPEN =
      function("posix_spawn_file_actions_addopen", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE =
      function("posix_spawn_file_actions_addclose", ADDRESS, JAVA_INT);
  private static final MethodHandle CLOSE_FROM =
      function("posix_spawn_file_actions_addclosefrom_np", ADDRESS, JAVA_INT);
  private static final MethodHandle ATTR_INIT = function("posix_spawnattr_init", ADDRESS);
  private static final MethodHandle ATTR_FLAGS =
      function("posix_spawnattr_setflags", ADDRESS, JAVA_SHORT);
  private static final MethodHandle ATTR_MASK =
      function("posix_spawnattr_setsigmask", ADDRESS, ADDRESS);
  private static final MethodHandle ATTR_DEFAULT =
      function("posix_spawnattr_setsigdefault", ADDRESS, ADDRESS);

  private Native() {}

  static int spawn(
      MemorySegment pid,
      MemorySegment program,
      MemorySegment actions,
      MemorySegment attributes,
      MemorySegment argv,
      MemorySegment envp) {
    try {
      return (int) SPAWN.invokeExact(pid, program, actions, attributes, argv, envp);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int initActions(MemorySegment actions) {
    try {
      return (int) INIT.invokeExact(actions);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int destroyActions(MemorySegment actions) {
    try {
      return (int) DESTROY.invokeExact(actions);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int addDup2(MemorySegment actions, int from, int to) {
    try {
      return (int) DUP2.invokeExact(actions, from, to);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int addOpen(MemorySegment actions, int number, MemorySegment path, int flags) {
    try {
      return (int) OPEN.invokeExact(actions, number, path, flags, 0);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int addClose(MemorySegment actions, int number) {
    try {
      return (int) CLOSE.invokeExact(actions, number);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int addCloseFrom(MemorySegment actions, int first) {
    try {
      return (int) CLOSE_FROM.invokeExact(actions, first);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int initAttributes(MemorySegment attributes) {
    try {
      return (int) ATTR_INIT.invokeExact(attributes);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int setFlags(MemorySegment attributes, short flags) {
    try {
      return (int) ATTR_FLAGS.invokeExact(attributes, flags);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int setSignalMask(MemorySegment attributes, MemorySegment signals) {
    try {
      return (int) ATTR_MASK.invokeExact(attributes, signals);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  static int setDefaultSignals(MemorySegment attributes, MemorySegment signals) {
    try {
      return (int) ATTR_DEFAULT.invokeExact(attributes, signals);
    } catch (Throwable impossible) {
      throw cannotThrow(impossible);
    }
  }

  /// @throws LinuxException if `error` is not 0
  static void check(String operation, int error) {
    if (error != 0) {
      throw new LinuxException(operation, error);
    }
  }

  private static IllegalStateException cannotThrow(Throwable impossible) {
    return new IllegalStateException("a C function cannot throw", impossible);
  }

  @SuppressWarnings("restricted")
  private static MethodHandle function(String name, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, arguments));
  }
}
