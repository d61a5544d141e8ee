package org.openlambda.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.openlambda.worker.sandbox.Isolation;
import org.openlambda.worker.zygote.ZygoteProgram;

/// How the Python runtime's zygote is started: which files it needs, and where it finds them
/// inside.
final class PythonZygote {
  /// Where the runtime's own files are inside every sandbox.
  private static final String INSIDE = "/ol";

  private PythonZygote() {}

  /// @param home the installation
  /// @param python the interpreter, as sandboxes see it
  /// @param isolation without walls the files are where they are
  /// @throws IOException if a file of the installation is missing
  static ZygoteProgram program(Path home, Path python, Isolation isolation) throws IOException {
    Path libexec = home.resolve("libexec");
    Path runtime = libexec.resolve("runtimes/python");
    for (String file :
        List.of(
            "launcher",
            "policy/zygote.bpf",
            "policy/strict.bpf",
            "runtimes/python/zygote.py",
            "runtimes/python/libol_python.so")) {
      if (!Files.isRegularFile(libexec.resolve(file))) {
        throw new IOException(
            libexec.resolve(file) + " is missing: the installation is incomplete, run ./dev build");
      }
    }
    if (!Files.isExecutable(python)) {
      throw new IOException(
          python
              + " is no program: install Python 3.11 or newer (apt install python3), or configure"
              + " another interpreter");
    }
    boolean walls = isolation == Isolation.SANDBOX;
    String seen = walls ? INSIDE + "/python" : runtime.toString();
    return new ZygoteProgram(
        isolation,
        libexec.resolve("launcher"),
        libexec.resolve("policy"),
        walls ? Map.of(runtime, seen) : Map.of(),
        Map.of(
            "PATH", "/usr/local/bin:/usr/bin:/bin",
            "HOME", "/tmp",
            "TMPDIR", "/tmp",
            "LANG", "C.UTF-8",
            "TZ", "UTC",
            "PYTHONDONTWRITEBYTECODE", "1",
            "OPENBLAS_NUM_THREADS", "1",
            "SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"),
        List.of(
            python.toString(),
            "-I",
            "-S",
            "-E",
            "-B",
            seen + "/zygote.py",
            "3",
            seen + "/libol_python.so",
            walls ? "/policy/strict.bpf" : libexec.resolve("policy/strict.bpf").toString()));
  }
}
