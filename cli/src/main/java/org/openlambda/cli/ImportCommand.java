package org.openlambda.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.sam.Deployment;
import org.openlambda.cli.sam.Deployment.Deployed;
import org.openlambda.cli.sam.LeftOut;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.cli.terminal.Tty;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// `ol import`: deploys the functions of an AWS SAM template.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Deploy the functions of a folder's template.yaml (AWS SAM), with the packages of their"
          + " requirements.txt, and say what it leaves out and why. Again, it changes what has"
          + " changed."
    },
    footer = {
      "",
      "What the template says nothing of stays as it is at the server: variables, tags, settings.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol import my-sam-app",
      "  ol import my-sam-app/template.json --parameter Stage=dev"
    })
final class ImportCommand implements Callable<Integer> {
  private static final List<String> NAMES =
      List.of("template.yaml", "template.yml", "template.json");

  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "FOLDER", description = "with a template.yaml, or the template itself")
  private Path folder = Path.of("");

  @Option(
      names = "--parameter",
      paramLabel = "NAME=VALUE",
      description = "a value for a parameter of the template")
  private List<String> parameters = List.of();

  ImportCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Server asked = server.current().showing(around.err());
    Deployment.Report report = Deployment.run(asked, template(), given());
    format.write(around.out(), json(report), out -> show(report, out));
    boolean failed = report.functions().stream().anyMatch(each -> !each.failure().isEmpty());
    return failed ? ExitStatus.FAILED : ExitStatus.OK;
  }

  private Path template() throws IOException {
    if (Files.isRegularFile(folder)) {
      return folder;
    }
    return NAMES.stream()
        .map(folder::resolve)
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () -> new IOException("%s has none of %s".formatted(folder, String.join(", ", NAMES))));
  }

  private Map<String, String> given() {
    var given = new LinkedHashMap<String, String>();
    for (String typed : parameters) {
      int equals = typed.indexOf('=');
      if (equals < 1) {
        throw new ParameterException(
            Ol.spec(spec).commandLine(), "--parameter " + typed + " gives no value: use Stage=dev");
      }
      given.put(typed.substring(0, equals), typed.substring(equals + 1));
    }
    return given;
  }

  private static void show(Deployment.Report report, Output out) {
    Tty tty = out.tty();
    for (Deployed each : report.functions()) {
      String changes = each.changes().isEmpty() ? "unchanged" : String.join(", ", each.changes());
      String sentence =
          each.failure().isEmpty() ? changes : tty.red("failed: ") + Tty.printable(each.failure());
      out.line(each.function() + ": " + sentence);
    }
    if (!report.leftOut().isEmpty()) {
      out.line("left out:");
    }
    for (LeftOut each : report.leftOut()) {
      out.line("  " + Tty.printable(each.what()) + ": " + tty.dim(Tty.printable(each.why())));
    }
  }

  private static ObjectNode json(Deployment.Report report) {
    ObjectNode all = Json.object();
    var functions = all.putArray("functions");
    for (Deployed each : report.functions()) {
      ObjectNode function = functions.addObject().put("name", each.function());
      var changes = function.putArray("changes");
      each.changes().forEach(changes::add);
      if (!each.failure().isEmpty()) {
        function.put("failure", each.failure());
      }
    }
    var leftOut = all.putArray("leftOut");
    report
        .leftOut()
        .forEach(each -> leftOut.addObject().put("what", each.what()).put("why", each.why()));
    return all;
  }
}
