package org.openlambda.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.template.Template;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.core.function.FunctionName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/// `ol new`: makes a function.
@Command(
    name = "new",
    mixinStandardHelpOptions = true,
    description = "Make a folder with a function that works, to start from.",
    footer = {
      "",
      "Templates:",
      "  hello      JSON in, JSON out (default)",
      "  json-api   methods, paths and statuses",
      "  wsgi       a web page; Flask and Django fit in its place",
      "  sse        a stream of server-sent events",
      "  handler    AWS Lambda's (event, context)",
      "",
      "Examples:",
      "  ol new greeter",
      "  ol new shop --template json-api --in functions"
    })
final class NewCommand implements Callable<Integer> {
  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "NAME", description = "of the function and its folder")
  private String name = "";

  @Option(
      names = {"-t", "--template"},
      paramLabel = "TEMPLATE",
      converter = TemplateConverter.class,
      description = "hello, json-api, wsgi, sse or handler")
  private Template template = Template.HELLO;

  @Option(names = "--in", paramLabel = "DIR", description = "where to make the folder (default .)")
  private Path parent = Path.of("");

  NewCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = parent.resolve(functionName().text());
    List<Path> made;
    try {
      made = template.copyTo(folder, functionName());
    } catch (FileAlreadyExistsException e) {
      throw new IOException(folder + " is there already: choose another name", e);
    }
    ObjectNode told = Json.object().put("folder", folder.toString());
    var files = told.putArray("files");
    made.forEach(file -> files.add(file.toString()));
    format.write(
        around.out(),
        told,
        out -> {
          made.forEach(file -> out.line("made " + file));
          out.line("serve it with: ol dev " + folder);
        });
    return ExitStatus.OK;
  }

  private FunctionName functionName() {
    try {
      return new FunctionName(name);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(spec).commandLine(), e.getMessage(), e);
    }
  }
}
