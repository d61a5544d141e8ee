package org.openlambda.linux.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;
import org.openlambda.linux.fd.Fd;

/// A program to start as our child, by `posix_spawn(3)`.
///
/// The child gets nothing by accident. It has the descriptors named here, `/dev/null` as 0, 1 and 2
/// where they are not named, and no other, whatever the JVM or a library has left open. No signal
/// is blocked and none is ignored (the JVM does both). It has the environment given, not ours.
///
/// *Threads*: any. The caller waits until the program is loaded, 0.1 to 1 ms.
///
/// @param program an absolute path; no search
/// @param arguments the arguments behind the program's own name
/// @param environment its whole environment
/// @param descriptors the child's number of each descriptor; they stay open here
public record Spawn(
    String program,
    List<String> arguments,
    Map<String, String> environment,
    Map<Integer, Fd> descriptors) {
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final long SETSIGDEF = 0x04;
  private static final long SETSIGMASK = 0x08;
  private static final int SIGSET_SIZE = 128;

  public Spawn {
    arguments = List.copyOf(arguments);
    environment = Map.copyOf(environment);
    descriptors = Map.copyOf(descriptors);
    if (!program.startsWith("/")) {
      throw new IllegalArgumentException("not an absolute path of a program: " + program);
    }
  }

  /// Without an environment and without descriptors yet.
  public static Spawn of(String program, String... arguments) {
    return new Spawn(program, List.of(arguments), Map.of(), Map.of());
  }

  /// The same with this environment.
  public Spawn withEnvironment(Map<String, String> whole) {
    return new Spawn(program, arguments, whole, descriptors);
  }

  /// The same, where the child has `fd` as its number `number`.
  public Spawn withDescriptor(int number, Fd fd) {
    var more = new TreeMap<>(descriptors);
    more.put(number, fd);
    return new Spawn(program, arguments, environment, more);
  }

  /// Starts it.
  ///
  /// @return its pid; somebody has to call [ChildExit#waitFor(int)] for it, or it stays a zombie
  /// @throws LinuxException if the program cannot be executed
  public int start() {
    var copies = new ArrayList<Fd>();
    try (Calls calls = Calls.confined()) {
      MemorySegment pid = calls.bytes(4);
      long actions = calls.bytes(Native.FILE_ACTIONS_SIZE).address();
      Native.INIT_ACTIONS.call("", actions);
      try {
        fillActions(calls, actions, copies);
        Native.SPAWN.call(
            program,
            pid.address(),
            calls.string(program).address(),
            actions,
            attributes(calls),
            Exec.strings(calls, argv()).address(),
            Exec.strings(calls, envp()).address());
      } finally {
        Native.DESTROY_ACTIONS.call("", actions);
      }
      return pid.get(JAVA_INT, 0);
    } finally {
      copies.forEach(Fd::close);
    }
  }

  private List<String> argv() {
    var argv = new ArrayList<String>();
    argv.add(program);
    argv.addAll(arguments);
    return argv;
  }

  private List<String> envp() {
    return environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  /// The child does these one after the other, so a source must not be a number that an earlier
  /// step has overwritten: such a source is first duplicated to a number above all.
  private void fillActions(Calls calls, long actions, List<Fd> copies) {
    int last = descriptors.keySet().stream().mapToInt(Integer::intValue).max().orElse(2);
    last = Math.max(last, 2);
    var sources = new TreeMap<Integer, Integer>();
    for (var entry : descriptors.entrySet()) {
      int source = entry.getValue().number();
      if (source <= last) {
        Fd copy = above(calls, source, last);
        copies.add(copy);
        source = copy.number();
      }
      sources.put(entry.getKey(), source);
    }
    long devNull = calls.string("/dev/null").address();
    for (int number = 0; number <= last; number++) {
      Integer source = sources.get(number);
      if (source != null) {
        Native.ADD_DUP2.call("", actions, source, number);
      } else if (number <= 2) {
        Native.ADD_OPEN.call("/dev/null", actions, number, devNull, Fd.O_RDWR, 0);
      } else {
        Native.ADD_CLOSE.call("", actions, number);
      }
    }
    Native.ADD_CLOSE_FROM.call("", actions, last + 1);
  }

  private static Fd above(Calls calls, int number, int last) {
    String subject = "fd " + number + " F_DUPFD_CLOEXEC";
    return Fd.of((int) calls.call(Syscall.FCNTL, subject, number, F_DUPFD_CLOEXEC, last + 1));
  }

  private static long attributes(Calls calls) {
    long attributes = calls.bytes(Native.ATTRIBUTES_SIZE).address();
    Native.INIT_ATTRIBUTES.call("", attributes);
    Native.SET_FLAGS.call("", attributes, SETSIGDEF | SETSIGMASK);
    long none = calls.bytes(SIGSET_SIZE).address();
    long all = calls.bytes(SIGSET_SIZE).fill((byte) 0xff).address();
    Native.SET_SIGNAL_MASK.call("", attributes, none);
    Native.SET_DEFAULT_SIGNALS.call("", attributes, all);
    return attributes;
  }
}
