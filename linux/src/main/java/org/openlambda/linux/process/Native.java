package org.openlambda.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import org.openlambda.linux.LinuxException;

/// The functions of `posix_spawn(3)`; glibc 2.34 or newer, for
/// `posix_spawn_file_actions_addclosefrom_np`. They return an error number and do not set `errno`.
///
/// File actions and attributes are allocated by us, with room to spare over glibc's 80 and 336
/// bytes. glibc keeps the list of actions in memory of its own, which [#DESTROY_ACTIONS] gives
/// back.
///
/// All are called in one shape, with six longs: the ABIs of x86-64 and of arm64 pass the first six
/// integers and pointers in registers, of which a function reads as many, and as wide, as it has.
/// The JVM takes 10 ms to link each shape, and the first zygote waits for that.
enum Native {
  SPAWN("posix_spawn"),
  INIT_ACTIONS("posix_spawn_file_actions_init"),
  DESTROY_ACTIONS("posix_spawn_file_actions_destroy"),
  ADD_DUP2("posix_spawn_file_actions_adddup2"),
  ADD_OPEN("posix_spawn_file_actions_addopen"),
  ADD_CLOSE("posix_spawn_file_actions_addclose"),
  ADD_CLOSE_FROM("posix_spawn_file_actions_addclosefrom_np"),
  INIT_ATTRIBUTES("posix_spawnattr_init"),
  SET_FLAGS("posix_spawnattr_setflags"),
  SET_SIGNAL_MASK("posix_spawnattr_setsigmask"),
  SET_DEFAULT_SIGNALS("posix_spawnattr_setsigdefault");

  static final long FILE_ACTIONS_SIZE = 128;
  static final long ATTRIBUTES_SIZE = 512;

  private static final MethodHandle CALL = shape();

  private final String title;
  private final long address;

  Native(String title) {
    this.title = title;
    this.address = Linker.nativeLinker().defaultLookup().findOrThrow(title).address();
  }

  /// @param subject what it is called for, for the message; may be empty
  /// @param arguments numbers and addresses, 6 at most
  /// @throws LinuxException if it fails
  void call(String subject, long... arguments) {
    var six = new long[6];
    System.arraycopy(arguments, 0, six, 0, arguments.length);
    var function = MemorySegment.ofAddress(address);
    int error;
    try {
      error = (int) CALL.invokeExact(function, six[0], six[1], six[2], six[3], six[4], six[5]);
    } catch (Throwable impossible) {
      throw new IllegalStateException("a C function cannot throw", impossible);
    }
    if (error != 0) {
      throw new LinuxException((title + " " + subject).strip(), error);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle shape() {
    return Linker.nativeLinker()
        .downcallHandle(
            FunctionDescriptor.of(
                JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
  }
}
