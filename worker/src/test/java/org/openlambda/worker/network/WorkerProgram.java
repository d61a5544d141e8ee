package org.openlambda.worker.network;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.FolderScan;
import org.openlambda.core.function.Code;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Body;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Invocation;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.invocation.Reply;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.time.Time;
import org.openlambda.core.units.Bytes;
import org.openlambda.worker.Worker;
import org.openlambda.worker.WorkerConfig;

/// A worker as a program, so that a test can start it in another network: `HOME STATE FUNCTION`.
/// Each line of input is a function's name and an event; each is answered by a line. `pid NAME`
/// tells the process of the idle sandbox of a function. Ends with its input.
///
/// Functions whose name begins with `out` have the network, others do not.
final class WorkerProgram {
  private final Worker worker;
  private final Code code;
  private final Time time = Time.system();

  private WorkerProgram(Worker worker, Code code) {
    this.worker = worker;
    this.code = code;
  }

  public static void main(String[] arguments) throws IOException {
    Path home = Path.of(arguments[0]);
    Path function = Path.of(arguments[2]);
    var content = FolderScan.of(function, BundleBounds.DEFAULT, Map.of(), (path, relative) -> {});
    WorkerConfig usual = WorkerConfig.defaults(home, Path.of(arguments[1]), Bytes.mebi(4096));
    var config =
        new WorkerConfig(
            usual.home(),
            usual.state(),
            usual.python(),
            usual.pool(),
            usual.nursery(),
            Duration.ofHours(1)); // none is frozen: a sandbox may serve another one meanwhile
    try (var worker = Worker.open(config, line -> {}, Time.system());
        var lines = new BufferedReader(new InputStreamReader(System.in, UTF_8))) {
      var program = new WorkerProgram(worker, new Code(function, content.digest()));
      System.out.println("ready");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(program.answer(line));
      }
    }
  }

  private String answer(String line) {
    String[] words = line.split(" ", 2);
    return words[0].equals("pid") ? pid(words[1]) : call(words[0], words[1]);
  }

  private String pid(String name) {
    return worker.census().idle().stream()
        .filter(instance -> instance.version().name().text().equals(name))
        .map(instance -> Integer.toString(instance.sandbox().process().pid()))
        .findFirst()
        .orElse("none");
  }

  private String call(String name, String event) {
    Limits usual = Limits.DEFAULT;
    var limits =
        new Limits(
            usual.memory(),
            usual.timeout(),
            usual.processes(),
            usual.cpus(),
            usual.tmp(),
            name.startsWith("out") ? Network.OUTBOUND : Network.NONE);
    FunctionConfig plain = FunctionConfig.DEFAULT;
    var config =
        new FunctionConfig(plain.entry(), plain.environment(), plain.methods(), limits, true);
    var request =
        new Request(
            "POST",
            "/run/" + name,
            "",
            "",
            List.of(new Header("content-type", "application/json")),
            new Body.Whole(event.getBytes(UTF_8)),
            "",
            "http");
    long start = time.nanos();
    Outcome outcome =
        worker.invoke(
            new Invocation(
                RequestId.random(),
                Version.latest(new FunctionName(name), code, config),
                request,
                Reply.discarding(),
                start,
                Optional.empty()));
    return switch (outcome) {
      case Outcome.Returned(Payload.Whole(var status, var headers, var body), var usage) ->
          new String(body, UTF_8)
              + " after "
              + usage.phases().specialise().toNanos() / 1000
              + " µs";
      case Outcome.Lost(var why) -> "lost: " + why;
      case Outcome other -> other.toString().replace('\n', ' ');
    };
  }
}
