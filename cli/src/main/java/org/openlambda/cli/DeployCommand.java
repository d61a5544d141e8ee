package org.openlambda.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.archive.BundleArchive;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Target;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Surroundings;
import org.openlambda.core.function.FunctionName;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol deploy`: gives functions to a server.
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = {
      "Give the function of a folder to a server, which serves it when this returns. What is there"
          + " already stays as it is. With --alias, it is published as a version that the alias"
          + " names then."
    },
    footer = {
      "",
      "The server is the one whose first start here has left its key, unless another is named.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol deploy examples/hello",
      "  ol deploy src/shop --name shop --server http://127.0.0.1:9000",
      "  ol deploy examples/hello --alias live",
      "  ol deploy examples/hello --alias live --weight 0.1   one call in ten to the new version"
    })
final class DeployCommand implements Callable<Integer> {
  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "FOLDER", description = "the function's")
  private Path folder = Path.of("");

  @Option(names = "--name", paramLabel = "NAME", description = "the function's (the folder's)")
  private Optional<String> name = Optional.empty();

  @Option(
      names = "--alias",
      paramLabel = "ALIAS",
      description = "publish a version, and have this alias name it")
  private Optional<String> alias = Optional.empty();

  @Option(
      names = "--weight",
      paramLabel = "PART",
      description = "only this part of the alias's calls go to the new version, 0 to 1")
  private Optional<Double> weight = Optional.empty();

  DeployCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    requireWeight();
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder + ": give the one with its f.py");
    }
    FunctionName function = functionName();
    Server asked = server.current().showing(around.err());
    Optional<JsonNode> before = described(asked, function);
    Path archive = Files.createTempFile("ol-deploy", ".tar.gz");
    try {
      BundleArchive.pack(folder, archive);
      upload(asked, function, archive);
    } finally {
      Files.deleteIfExists(archive);
    }
    JsonNode after =
        described(asked, function)
            .orElseThrow(() -> new IOException(function + " was removed by somebody meanwhile"));
    var lines = new ArrayList<>(List.of(function + ": " + difference(before, after)));
    ObjectNode told = Json.object().put("change", difference(before, after));
    told.set("function", after);
    if (alias.isPresent()) {
      told.set("alias", publish(new Lambda(asked), function.text(), alias.get(), lines));
    }
    format.write(around.out(), told, out -> lines.forEach(out::line));
    return ExitStatus.OK;
  }

  private void requireWeight() {
    if (weight.isPresent() && (alias.isEmpty() || !(weight.get() >= 0 && weight.get() <= 1))) {
      throw new ParameterException(
          Ol.spec(spec).commandLine(), "--weight goes with --alias, and is from 0 to 1");
    }
  }

  /// A part of the calls is split off from where the alias points; without one it moves.
  private JsonNode publish(Lambda lambda, String function, String name, List<String> lines)
      throws IOException, InterruptedException {
    String version = Json.text(lambda.publish(function, Optional.empty()), "Version");
    Optional<String> base = lambda.alias(function, name).map(Target::of).map(Target::version);
    boolean split = weight.isPresent() && base.isPresent() && !base.get().equals(version);
    Target target =
        split
            ? new Target(base.get(), Optional.of(new Target.Share(version, weight.get())))
            : Target.of(version);
    Lambda.Moved moved = lambda.move(function, name, target);
    lines.add("%s:%s: %s".formatted(function, name, moved.text()));
    return moved.alias();
  }

  private FunctionName functionName() throws IOException {
    try {
      return new FunctionName(
          name.isPresent() ? name.get() : String.valueOf(folder.toRealPath().getFileName()));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(Ol.spec(spec).commandLine(), e.getMessage(), e);
    }
  }

  private static Optional<JsonNode> described(Server asked, FunctionName function)
      throws IOException, InterruptedException {
    return asked
        .json("/api/v1/functions")
        .valueStream()
        .filter(one -> Json.text(one, "name").equals(function.text()))
        .findFirst();
  }

  private static void upload(Server asked, FunctionName function, Path archive)
      throws IOException, InterruptedException {
    var request =
        asked.request("/registry/" + function).POST(BodyPublishers.ofFile(archive)).build();
    HttpResponse<InputStream> answer = asked.send(request);
    try (InputStream body = answer.body()) {
      if (answer.statusCode() != 201) {
        throw Server.refused(answer, body);
      }
    }
  }

  private static String difference(Optional<JsonNode> before, JsonNode after) {
    if (before.isEmpty()) {
      return "new, code " + Json.text(after, "version");
    }
    var changes = new ArrayList<String>();
    for (var member : after.properties()) {
      JsonNode old = before.get().path(member.getKey());
      if (!old.equals(member.getValue())) {
        String word = member.getKey().equals("version") ? "code" : member.getKey();
        changes.add(word + " " + shown(old) + " → " + shown(member.getValue()));
      }
    }
    return changes.isEmpty() ? "unchanged" : String.join(", ", changes);
  }

  private static String shown(JsonNode value) {
    return value.isArray() ? List.copyOf(value.values()).toString() : value.asString("nothing");
  }
}
