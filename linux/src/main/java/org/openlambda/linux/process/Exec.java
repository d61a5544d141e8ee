package org.openlambda.linux.process;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.linux.LinuxException;
import org.openlambda.linux.call.Calls;
import org.openlambda.linux.call.Syscall;

/// Replaces this process by another program (`execve(2)`): the pid, the parent and the standard
/// descriptors stay, the JVM ends without running its shutdown hooks. What it has blocked, ignored
/// or left open is the program's to clean up.
public final class Exec {
  private Exec() {}

  /// Only returns by failing.
  ///
  /// @param program an absolute path; no search
  /// @param arguments behind the program's own name
  /// @param environment its whole environment
  /// @throws LinuxException if the program cannot be executed; nothing has changed
  public static void replaceThisProcess(
      String program, List<String> arguments, Map<String, String> environment) {
    try (Calls calls = Calls.confined()) {
      long path = calls.string(program).address();
      var whole = new ArrayList<String>(arguments);
      whole.addFirst(program);
      List<String> variables =
          environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
      long argv = strings(calls, whole).address();
      calls.call(Syscall.EXECVE, program, path, argv, strings(calls, variables).address());
    }
  }

  /// An array of texts that ends with a null pointer.
  static MemorySegment strings(Calls calls, List<String> texts) {
    MemorySegment array = calls.bytes(8L * (texts.size() + 1));
    for (int i = 0; i < texts.size(); i++) {
      array.set(ADDRESS, 8L * i, calls.string(texts.get(i)));
    }
    return array;
  }
}
