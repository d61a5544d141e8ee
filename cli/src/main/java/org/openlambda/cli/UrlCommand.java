package org.openlambda.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Urls;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.Server;
import org.openlambda.cli.terminal.Surroundings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

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
    Server asked = server.current();
    var urls = new Urls(asked);
    var of = new Urls.Of(function, alias);
    if (auth.isPresent()) {
      JsonNode url = urls.put(of, Json.object().put("AuthType", auth.get().type()));
      show(url, described(url));
      return ExitStatus.OK;
    }
    Optional<JsonNode> url = urls.find(of);
    if (url.isEmpty()) {
      requireThere(new Lambda(asked));
    }
    if (remove) {
      urls.remove(of);
      boolean there = url.isPresent();
      show(Json.object().put("removed", there), there ? "the URL is removed" : "there was no URL");
    } else {
      String none = "no URL yet: 'ol url %s --auth none' makes one".formatted(name());
      show(url.orElse(Json.object()), url.map(UrlCommand::described).orElse(none));
    }
    return ExitStatus.OK;
  }

  /// What has no URL and what is not there answer alike.
  private void requireThere(Lambda lambda) throws IOException, InterruptedException {
    var _ = lambda.configuration(function);
    if (alias.isPresent() && lambda.alias(function, alias.get()).isEmpty()) {
      throw new IOException("%s has no alias '%s'".formatted(function, alias.get()));
    }
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
