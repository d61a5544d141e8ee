package org.openlambda.linux.call;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.openlambda.linux.Errno;
import org.openlambda.linux.LinuxException;

/// Makes system calls, and owns the memory they use: where `errno` is captured, and what
/// [#bytes(long)] and [#string(String)] give out until [#close()].
///
/// `errno` has to be captured by the call itself (`Linker.Option.captureCallState`): the JVM makes
/// system calls of its own between two statements.
///
/// *Threads*: one user at a time. [#confined()] is for a call made now and then and for owners with
/// a thread of their own; [#shared()] is for owners that guard it with a lock.
///
/// *Cost*: about 0.1 µs for a call that does nothing, as much again to open and close one.
public final class Calls implements AutoCloseable {
  /// "The current directory" where a call wants a directory's descriptor.
  public static final int AT_FDCWD = -100;

  /// Says that the empty path means the descriptor itself.
  public static final int AT_EMPTY_PATH = 0x1000;

  /// `O_CLOEXEC`, which has the same value in every call that has such a flag.
  public static final int CLOEXEC = 0x80000;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = syscall();

  private final Arena arena;
  private final MemorySegment state;

  private Calls(Arena arena) {
    this.arena = arena;
    this.state = arena.allocate(STATE);
  }

  /// For the current thread only.
  @SuppressWarnings("MustBeClosedChecker") // the result closes it
  public static Calls confined() {
    return new Calls(Arena.ofConfined());
  }

  /// For any thread, one at a time, under the owner's lock.
  @SuppressWarnings("MustBeClosedChecker") // the result closes it
  public static Calls shared() {
    return new Calls(Arena.ofShared());
  }

  /// Zeroed memory for structures and buffers, aligned to 8 bytes, until [#close()].
  public MemorySegment bytes(long size) {
    return arena.allocate(size, 8);
  }

  /// The text in UTF-8 with a zero at its end, until [#close()].
  public MemorySegment string(String text) {
    return arena.allocateFrom(text);
  }

  /// Makes a call: its result if it is 0 or more, otherwise the negative error number.
  public long attempt(Syscall call, long... arguments) {
    long result =
        invoke(
            call.number,
            argument(arguments, 0),
            argument(arguments, 1),
            argument(arguments, 2),
            argument(arguments, 3),
            argument(arguments, 4),
            argument(arguments, 5));
    return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
  }

  /// As [#attempt(Syscall, long...)], again and again while a signal interrupts it.
  public long attemptUninterrupted(Syscall call, long... arguments) {
    long result;
    do {
      result = attempt(call, arguments);
    } while (result == -Errno.EINTR);
    return result;
  }

  /// Makes a call that has to succeed.
  ///
  /// @param subject what the call is made on, for the message: a path, a descriptor
  /// @return 0 or more
  /// @throws LinuxException if the kernel refuses
  public long call(Syscall call, String subject, long... arguments) {
    long result = attempt(call, arguments);
    if (result < 0) {
      throw new LinuxException(call + " " + subject, (int) -result);
    }
    return result;
  }

  @Override
  public void close() {
    arena.close();
  }

  private long invoke(long number, long a, long b, long c, long d, long e, long f) {
    try {
      return (long) SYSCALL.invokeExact(state, number, a, b, c, d, e, f);
    } catch (Throwable impossible) {
      throw new IllegalStateException("syscall(2) cannot throw", impossible);
    }
  }

  private static long argument(long[] arguments, int index) {
    return index < arguments.length ? arguments[index] : 0;
  }

  /// `syscall(2)` is variadic behind its first argument; every argument is passed as a long.
  @SuppressWarnings("restricted")
  private static MethodHandle syscall() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }
}
