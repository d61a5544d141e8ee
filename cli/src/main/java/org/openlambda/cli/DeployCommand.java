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

/// `ol deploy`: gives functions to a server.
@Command(
    name = "deploy",
    mixinStandardHelpOptions = true,
    description = {
      "Give the function of a folder to a server, which serves it when this returns. What is there"
          + " already stays as it is."
    },
    footer = {
      "",
      "The server is the one whose first start here has left its key, unless another is named.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol deploy examples/hello",
      "  ol deploy src/shop --name shop --server http://127.0.0.1:9000"
    })
final class DeployCommand implements Callable<Integer> {
  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;

  @Mixin private ServerOption server = new ServerOption();

  @Parameters(paramLabel = "FOLDER", description = "the function's")
  private Path folder = Path.of("");

  @Option(names = "--name", paramLabel = "NAME", description = "the function's (the folder's)")
  private Optional<String> name = Optional.empty();

  DeployCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (!Files.isDirectory(folder)) {
      throw new IOException("there is no folder " + folder + ": give the one with its f.py");
    }
    FunctionName function = functionName();
    Server asked = server.current();
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
    around.out().line(function + ": " + difference(before, after));
    return ExitStatus.OK;
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
        asked
            .request("/registry/" + function)
            .POST(BodyPublishers.ofByteArray(Files.readAllBytes(archive)))
            .build();
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
