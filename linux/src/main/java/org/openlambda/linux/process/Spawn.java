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
  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
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
      MemorySegment actions = calls.bytes(Native.FILE_ACTIONS_SIZE);
      Native.check("posix_spawn_file_actions_init", Native.initActions(actions));
      try {
        fillActions(calls, actions, copies);
        Native.check(
            "posix_spawn " + program,
            Native.spawn(
                pid,
                calls.string(program),
                actions,
                attributes(calls),
                Exec.strings(calls, argv()),
                Exec.strings(calls, envp())));
      } finally {
        Native.destroyActions(actions);
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
  private void fillActions(Calls calls, MemorySegment actions, List<Fd> copies) {
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
    MemorySegment devNull = calls.string("/dev/null");
    for (int number = 0; number <= last; number++) {
      Integer source = sources.get(number);
      if (source != null) {
        Native.check("adddup2", Native.addDup2(actions, source, number));
      } else if (number <= 2) {
        Native.check("addopen", Native.addOpen(actions, number, devNull, Fd.O_RDWR));
      } else {
        Native.check("addclose", Native.addClose(actions, number));
      }
    }
    Native.check("addclosefrom_np", Native.addCloseFrom(actions, last + 1));
  }

  private static Fd above(Calls calls, int number, int last) {
    String subject = "fd " + number + " F_DUPFD_CLOEXEC";
    return Fd.of((int) calls.call(Syscall.FCNTL, subject, number, F_DUPFD_CLOEXEC, last + 1));
  }

  private static MemorySegment attributes(Calls calls) {
    MemorySegment attributes = calls.bytes(Native.ATTRIBUTES_SIZE);
    Native.check("posix_spawnattr_init", Native.initAttributes(attributes));
    Native.check("setflags", Native.setFlags(attributes, (short) (SETSIGDEF | SETSIGMASK)));
    MemorySegment none = calls.bytes(SIGSET_SIZE);
    MemorySegment all = calls.bytes(SIGSET_SIZE).fill((byte) 0xff);
    Native.check("setsigmask", Native.setSignalMask(attributes, none));
    Native.check("setsigdefault", Native.setDefaultSignals(attributes, all));
    return attributes;
  }
}
