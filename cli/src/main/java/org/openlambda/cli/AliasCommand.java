package org.openlambda.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Target;
import org.openlambda.cli.lambda.Target.Share;
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

/// `ol alias`: names for versions.
@Command(
    name = "alias",
    mixinStandardHelpOptions = true,
    description = {
      "List the aliases of a function, make or move one, or remove one. An alias that is moved"
          + " gives all calls to its version, but for the part of --weight."
    },
    footer = {
      "",
      "A call of NAME:ALIAS goes where the alias points; 'ol rollback' moves it back.",
      "",
      ExitStatus.MEANINGS,
      "",
      "Examples:",
      "  ol alias hello",
      "  ol alias hello live=3",
      "  ol alias hello live=3 --weight 4=0.1     one call in ten to version 4",
      "  ol alias hello --rm live"
    })
final class AliasCommand implements Callable<Integer> {
  private static final Pattern MOVE = Pattern.compile("([A-Za-z0-9_-]+)=([1-9][0-9]*|\\$LATEST)");
  private static final Pattern WEIGHT =
      Pattern.compile("([1-9][0-9]*)=(0(?:\\.[0-9]{1,6})?|1(?:\\.0+)?)");

  private final Surroundings around;

  @Spec private @Nullable CommandSpec spec;
  @Mixin private ServerOption server = new ServerOption();
  @Mixin private FormatOption format = new FormatOption();

  @Parameters(index = "0", paramLabel = "NAME", description = "of the function")
  private String function = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "ALIAS=VERSION",
      description = "which alias shall name which version")
  private Optional<String> move = Optional.empty();

  @Option(
      names = "--weight",
      paramLabel = "VERSION=PART",
      description = "a second version, and the part of the calls it gets: 4=0.1")
  private Optional<String> weight = Optional.empty();

  @Option(names = "--rm", paramLabel = "ALIAS", description = "the alias to remove")
  private Optional<String> removed = Optional.empty();

  AliasCommand(Surroundings around) {
    this.around = around;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (removed.isPresent() && (move.isPresent() || weight.isPresent())) {
      throw wrong("--rm goes with NAME alone");
    }
    if (weight.isPresent() && move.isEmpty()) {
      throw wrong("--weight goes with ALIAS=VERSION: the version that gets the rest of the calls");
    }
    if (move.isPresent()) {
      move(move.get());
    } else if (removed.isPresent()) {
      remove(removed.get());
    } else {
      list();
    }
    return ExitStatus.OK;
  }

  private void move(String typed) throws IOException, InterruptedException {
    Matcher read = MOVE.matcher(typed);
    if (!read.matches()) {
      throw wrong(
          "'%s' is no ALIAS=VERSION: use live=3, or 'live=$LATEST' in quotes".formatted(typed));
    }
    Optional<Share> share =
        weight.isPresent() ? Optional.of(share(weight.get())) : Optional.empty();
    var target = new Target(read.group(2), share);
    var lambda = new Lambda(server.current());
    Lambda.Moved moved = lambda.move(function, read.group(1), target);
    format.write(
        around.out(),
        moved.alias(),
        out -> out.line("%s:%s: %s".formatted(function, read.group(1), moved.text())));
  }

  private Share share(String typed) {
    Matcher read = WEIGHT.matcher(typed);
    if (!read.matches()) {
      throw wrong("--weight %s is no VERSION=PART: use 4=0.1".formatted(typed));
    }
    return new Share(read.group(1), Double.parseDouble(read.group(2)));
  }

  private void remove(String alias) throws IOException, InterruptedException {
    var lambda = new Lambda(server.current());
    boolean there = lambda.alias(function, alias).isPresent();
    lambda.removeAlias(function, alias);
    ObjectNode told = Json.object().put("alias", alias).put("removed", there);
    format.write(
        around.out(),
        told,
        out ->
            out.line("%s:%s: %s".formatted(function, alias, there ? "removed" : "is not there")));
  }

  private void list() throws IOException, InterruptedException {
    List<JsonNode> aliases = new Lambda(server.current()).aliases(function);
    ObjectNode told = Json.object();
    told.putArray("Aliases").addAll(aliases);
    format.write(
        around.out(),
        told,
        out -> {
          if (aliases.isEmpty()) {
            out.line("no aliases yet: 'ol alias %s live=1' makes one".formatted(function));
          }
          for (JsonNode alias : aliases) {
            out.line(
                "%s:%s: %s".formatted(function, Json.text(alias, "Name"), Target.of(alias).text()));
          }
        });
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(Ol.spec(spec).commandLine(), sentence);
  }
}
