package org.openlambda.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.archive.BundleArchive;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.core.function.FunctionName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;

/// `ol admin install`: puts a function into a worker's registry.
@Command(
    name = "install",
    mixinStandardHelpOptions = true,
    description = {
      "Put a function's folder into the registry of a worker, as NAME.tar.gz. The worker need not"
          + " run; if it does, the next call is served by the new code."
    },
    footer = {
      "",
      "The registry is the one that DIR/config.json names, or else DIR/registry.",
      "",
      "Examples:",
      "  ol worker init -p my-worker",
      "  ol admin install -p my-worker examples/hello"
    })
final class InstallCommand implements Callable<Integer> {
  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private FormatOption format = new FormatOption();

  @Option(
      names = {"-p", "--path"},
      required = true,
      paramLabel = "DIR",
      description = "the worker's folder")
  private Path worker = Path.of("");

  @Parameters(paramLabel = "FOLDER", description = "the function's, whose name it gets")
  private Path folder = Path.of("");

  InstallCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException {
    requireFolder(worker, "'ol worker init -p " + worker + "' makes one");
    requireFolder(folder, "give the folder that has the function's f.py");
    FunctionName name = functionName();
    Path archive = Files.createDirectories(registry()).resolve(name + ".tar.gz");
    BundleArchive.pack(folder, archive);
    format.print(
        around.out(),
        Json.object().put("name", name.text()).put("archive", archive.toString()),
        "installed " + name + " as " + archive);
    return ExitStatus.OK;
  }

  private static void requireFolder(Path path, String remedy) throws IOException {
    if (!Files.isDirectory(path)) {
      throw new IOException("there is no folder " + path + ": " + remedy);
    }
  }

  private FunctionName functionName() throws IOException {
    try {
      return new FunctionName(String.valueOf(folder.toRealPath().getFileName()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(spec).commandLine(), e.getMessage(), e);
    }
  }

  private Path registry() throws IOException {
    Path config = worker.resolve("config.json");
    try {
      String named = Json.text(Json.read(Files.readAllBytes(config)), "registry");
      return worker.resolve(named.isEmpty() ? "registry" : named);
    } catch (NoSuchFileException e) {
      return worker.resolve("registry");
    } catch (JacksonException e) {
      throw new IOException(config + " is no JSON: " + e.getOriginalMessage(), e);
    }
  }
}
