package org.openlambda.core.invocation;

/// How a sandbox's first process ended.
public sealed interface Exit {
  /// One phrase for people: `exited with status 3`.
  String text();

  /// It called exit.
  ///
  /// @param status 0 to 255
  record Status(int status) implements Exit {
    @Override
    public String text() {
      return "exited with status " + status;
    }
  }

  /// A signal ended it.
  ///
  /// @param signal its number on Linux
  record Signal(int signal) implements Exit {
    @Override
    public String text() {
      return "was killed by signal " + signal + name(signal);
    }

    private static String name(int signal) {
      return switch (signal) {
        case 4 -> " (SIGILL)";
        case 6 -> " (SIGABRT)";
        case 7 -> " (SIGBUS)";
        case 8 -> " (SIGFPE)";
        case 9 -> " (SIGKILL)";
        case 11 -> " (SIGSEGV)";
        case 15 -> " (SIGTERM)";
        case 31 -> " (SIGSYS)";
        default -> "";
      };
    }
  }

  /// It sent what the wire protocol does not allow, and was killed.
  ///
  /// @param what the breach: `a frame of 2147483647 bytes`
  record Breach(String what) implements Exit {
    @Override
    public String text() {
      return "broke the wire protocol: " + what;
    }
  }
}
