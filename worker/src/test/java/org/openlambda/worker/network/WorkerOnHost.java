package org.openlambda.worker.network;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;

/// A [WorkerProgram] that runs on a [FakeMachine].
final class WorkerOnHost implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter questions;

  WorkerOnHost(FakeMachine machine, Path state) throws Exception {
    String[] command =
        machine.onHost(
            ProcessHandle.current().info().command().orElseThrow(),
            "--enable-native-access=ALL-UNNAMED",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            WorkerProgram.class.getName(),
            System.getProperty("openlambda.home"),
            state.toString(),
            FakeMachine.resource("function"));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader();
    questions = process.outputWriter();
    String line = answers.readLine();
    while (line != null && !line.equals("ready")) {
      line = answers.readLine();
    }
    if (line == null) {
      throw new IOException("the worker did not start");
    }
  }

  /// Invokes a function.
  ///
  /// @param event as JSON, but with single quotes
  String call(String function, String event) throws IOException {
    return ask(function + " " + event.replace('\'', '"'));
  }

  String tcp(String function, String host, int port) throws IOException {
    return call(function, "{'do':'tcp', 'host':'%s', 'port':%d}".formatted(host, port));
  }

  /// A process in the idle sandbox of a function.
  long pid(String function) throws IOException {
    return Long.parseLong(ask("pid " + function));
  }

  private String ask(String line) throws IOException {
    questions.write(line);
    questions.newLine();
    questions.flush();
    String answer = answers.readLine();
    while (answer != null && answer.matches("\\d+:\\d+:.*")) { // a line of its log
      answer = answers.readLine();
    }
    return answer == null ? "the worker ended" : answer;
  }

  /// As the kernel does when memory runs out.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      questions.close();
    }
    process.onExit().join();
  }
}
