package org.openlambda.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.openlambda.worker.zygote.ZygoteProgram;

/// How the Python runtime's zygote is started: which files it needs, and where it finds them
/// inside.
final class PythonZygote {
  /// Where the runtime's own files are inside every sandbox.
  private static final String INSIDE = "/ol";

  private PythonZygote() {}

  /// @param home the installation
  /// @param python the interpreter, as sandboxes see it
  /// @throws IOException if a file of the installation is missing
  static ZygoteProgram program(Path home, Path python) throws IOException {
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
    return new ZygoteProgram(
        libexec.resolve("launcher"),
        libexec.resolve("policy"),
        Map.of(runtime, INSIDE + "/python"),
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
            INSIDE + "/python/zygote.py",
            "3",
            INSIDE + "/python/libol_python.so",
            "/policy/strict.bpf"));
  }
}
