package org.openlambda.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.lambda.Urls;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `ol url`: an address of its own for a function.
@Command(
    name = "url",
    mixinStandardHelpOptions = true,
    description = {
      "Show the URL of a function, which browsers and any HTTP client can call, or make, change or"
          + " remove it."
    },
    footer = {
      "",
      "--auth none lets everybody call it who reaches the server; --auth iam wants signatures.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol url hello --auth none",
      "  ol url hello",
      "  ol url hello --alias live --auth iam",
      "  ol url hello --rm"
    })
final class UrlCommand implements Callable<Integer> {
  /// Who may call.
  private enum Auth {
    NONE,
    IAM;

    /// In the API's words.
    String type() {
      return this == NONE ? "NONE" : "AWS_IAM";
    }
  }

  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Option(names = "--auth", paramLabel = "WHO", description = "none or iam: make it, or change it")
  private Optional<Auth> auth = Optional.empty();

  @Option(names = "--alias", paramLabel = "ALIAS", description = "of this alias of the function")
  private Optional<String> alias = Optional.empty();

  @Option(names = "--rm", description = "remove it")
  private boolean remove;

  UrlCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (remove && auth.isPresent()) {
      throw new ParameterException(
          Ol.spec(spec).commandLine(), "--rm removes the URL, --auth makes one: not both");
    }
    var urls = new Urls(server.current());
    var of = new Urls.Of(function, alias);
    if (remove) {
      boolean there = urls.find(of).isPresent();
      urls.remove(of);
      show(Json.nothing().put("removed", there), there ? "the URL is removed" : "there was no URL");
    } else if (auth.isPresent()) {
      ObjectNode config = Json.nothing().put("AuthType", auth.get().type());
      JsonNode url = urls.put(of, config);
      show(url, described(url));
    } else {
      Optional<JsonNode> url = urls.find(of);
      show(
          url.orElse(Json.nothing()),
          url.map(UrlCommand::described)
              .orElse("no URL yet: 'ol url %s --auth none' makes one".formatted(name())));
    }
    return ExitStatus.OK;
  }

  private static String described(JsonNode url) {
    String type = Json.text(url, "AuthType").toLowerCase(Locale.ROOT).replace("aws_", "");
    return "%s (auth %s)".formatted(Json.text(url, "FunctionUrl"), type);
  }

  private String name() {
    return function + alias.map(name -> " --alias " + name).orElse("");
  }

  private void show(JsonNode json, String sentence) throws IOException, InterruptedException {
    String whose = function + alias.map(name -> ":" + name).orElse("");
    format.write(around.out(), json, out -> out.line(whose + ": " + sentence));
  }
}
