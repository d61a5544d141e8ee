package org.openlambda.cli.sam;

import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.openlambda.cli.lambda.Lambda;
import org.openlambda.cli.lambda.Layers;
import org.openlambda.cli.lambda.Setting;
import org.openlambda.cli.lambda.Target;
import org.openlambda.cli.lambda.Urls;
import org.openlambda.cli.lambda.Variables;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.Refused;
import org.openlambda.cli.server.Server;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings the functions of a template to a server: makes those that are not there, and changes of
/// the others what the template says otherwise. What it says nothing of stays: variables, tags and
/// settings that were set by other means. Used once, by one thread; blocks.
public final class Deployment {
  private static final int NOT_IMPLEMENTED = 501;

  private final Server server;
  private final Lambda lambda;
  private final List<LeftOut> leftOut = new ArrayList<>();

  /// ARNs by the logical ids of layers.
  private final Map<String, String> layers = new HashMap<>();

  private Deployment(Server server) {
    this.server = server;
    this.lambda = new Lambda(server);
  }

  /// What became of a function.
  ///
  /// @param changes in words; none if it was so already
  /// @param failure what the server refused; empty if nothing
  public record Deployed(String function, List<String> changes, String failure) {
    public Deployed {
      changes = List.copyOf(changes);
    }
  }

  /// What became of a template.
  public record Report(List<Deployed> functions, List<LeftOut> leftOut) {
    public Report {
      functions = List.copyOf(functions);
      leftOut = List.copyOf(leftOut);
    }
  }

  /// @param parameters values for the template's
  /// @throws IOException with all that is wrong in the template, or if code cannot be packed
  public static Report run(Server server, Path template, Map<String, String> parameters)
      throws IOException, InterruptedException {
    return new Deployment(server).run(template, parameters);
  }

  private Report run(Path file, Map<String, String> parameters)
      throws IOException, InterruptedException {
    Lambda.Place place = lambda.place("any");
    SamTemplate template =
        SamReader.read(file, new SamReader.Deployed(place.account(), place.region(), parameters));
    leftOut.addAll(template.leftOut());
    var functions = new ArrayList<Deployed>();
    try (Build build = Build.open(Build.LONGEST)) {
      for (SamLayer layer : template.layers()) {
        publish(layer, build);
      }
      for (SamFunction function : template.functions()) {
        functions.add(deploy(function, build.function(function), place));
      }
    }
    return new Report(functions, leftOut);
  }

  /// Something that the server may not have.
  private interface Asking {
    void ask() throws IOException, InterruptedException;
  }

  private void ifServed(String what, Asking asking) throws IOException, InterruptedException {
    try {
      asking.ask();
    } catch (Refused refused) {
      if (refused.problem().status() != NOT_IMPLEMENTED) {
        throw refused;
      }
      leftOut.add(new LeftOut(what, "the server says: " + refused.problem().title()));
    }
  }

  private void publish(SamLayer layer, Build build) throws IOException, InterruptedException {
    byte[] zip = build.layer(layer);
    ifServed(
        layer.id() + " (AWS::Serverless::LayerVersion)",
        () ->
            layers.put(
                layer.id(), new Layers(server).publish(layer.name(), zip, sha256(zip)).arn()));
  }

  private Deployed deploy(SamFunction function, byte[] zip, Lambda.Place place)
      throws IOException, InterruptedException {
    var changes = new ArrayList<String>();
    try {
      Optional<JsonNode> there = lambda.find(function.name());
      if (there.isPresent()) {
        change(function, zip, there.get(), changes);
      } else {
        create(function, zip, place, changes);
      }
      reserve(function, there, changes);
      publish(function, changes);
      url(function, changes);
      return new Deployed(function.name(), changes, "");
    } catch (Refused refused) {
      return new Deployed(function.name(), changes, refused.problem().title());
    }
  }

  private void create(SamFunction function, byte[] zip, Lambda.Place place, List<String> changes)
      throws IOException, InterruptedException {
    ObjectNode request = function.members().deepCopy();
    request.put("FunctionName", function.name());
    request.put("Role", "arn:aws:iam::" + place.account() + ":role/openlambda");
    var variables = Variables.of(Json.object());
    function.variables().forEach(variables::set);
    if (!variables.names().isEmpty()) {
      variables.putInto(request);
    }
    List<String> arns = arns(function);
    if (!arns.isEmpty()) {
      var all = request.putArray("Layers");
      arns.forEach(all::add);
    }
    if (!function.extras().tags().isEmpty()) {
      ObjectNode tags = request.putObject("Tags");
      function.extras().tags().forEach(tags::put);
    }
    JsonNode made = lambda.create(request, zip);
    changes.add("new, code " + Lambda.brief(made));
  }

  /// Layers that are not served are left out already.
  private List<String> arns(SamFunction function) {
    return function.extras().layers().stream()
        .filter(layer -> layer.startsWith("arn:") || layers.containsKey(layer))
        .map(layer -> layers.getOrDefault(layer, layer))
        .toList();
  }

  private void change(SamFunction function, byte[] zip, JsonNode there, List<String> changes)
      throws IOException, InterruptedException {
    JsonNode before = there.path("Configuration");
    if (!Json.text(before, "CodeSha256").equals(sha256(zip))) {
      JsonNode after = lambda.updateCode(function.name(), zip);
      changes.add("code %s → %s".formatted(Lambda.brief(before), Lambda.brief(after)));
    }
    ObjectNode request = Json.object();
    for (Map.Entry<String, JsonNode> member : function.members().properties()) {
      if (!before.path(member.getKey()).equals(member.getValue())) {
        request.set(member.getKey(), member.getValue());
      }
    }
    var variables = Variables.of(before);
    function.variables().forEach(variables::set);
    if (!variables.changes().isEmpty()) {
      variables.putInto(request);
    }
    List<String> arns = arns(function);
    List<String> arnsBefore =
        before.path("Layers").valueStream().map(layer -> Json.text(layer, "Arn")).toList();
    if (!arns.equals(arnsBefore)) {
      var all = request.putArray("Layers");
      arns.forEach(all::add);
    }
    if (!request.isEmpty()) {
      JsonNode after = lambda.configure(function.name(), request);
      changes.addAll(Setting.changes(before, after));
      if (!variables.changes().isEmpty()) {
        changes.add("variables " + String.join(" ", variables.changes()));
      }
      if (request.has("Layers")) {
        changes.add("layers");
      }
    }
    tag(function, there, changes);
  }

  private void tag(SamFunction function, JsonNode there, List<String> changes)
      throws IOException, InterruptedException {
    var missing = new HashMap<>(function.extras().tags());
    missing
        .entrySet()
        .removeIf(tag -> Json.text(there.path("Tags"), tag.getKey()).equals(tag.getValue()));
    if (!missing.isEmpty()) {
      lambda.tag(Json.text(there.path("Configuration"), "FunctionArn"), missing);
      changes.add("tags");
    }
  }

  private void reserve(SamFunction function, Optional<JsonNode> there, List<String> changes)
      throws IOException, InterruptedException {
    OptionalInt wanted = function.extras().reserved();
    if (wanted.isEmpty()) {
      return;
    }
    int before =
        there
            .map(all -> all.path("Concurrency").path("ReservedConcurrentExecutions").asInt(-1))
            .orElse(-1);
    if (before != wanted.getAsInt()) {
      lambda.reserve(function.name(), wanted.getAsInt());
      changes.add("at most %d calls at once".formatted(wanted.getAsInt()));
    }
  }

  private void publish(SamFunction function, List<String> changes)
      throws IOException, InterruptedException {
    if (function.extras().publishing().isEmpty()) {
      return;
    }
    SamFunction.Publishing publishing = function.extras().publishing().get();
    String version = Json.text(lambda.publish(function.name(), Optional.empty()), "Version");
    Lambda.Moved moved = lambda.move(function.name(), publishing.alias(), Target.of(version));
    if (moved.isChange()) {
      changes.add(publishing.alias() + " " + moved.text());
    }
    if (publishing.provisioned().isPresent()) {
      ifServed(
          function.id() + " ProvisionedConcurrencyConfig",
          () -> {
            int wanted = publishing.provisioned().getAsInt();
            if (lambda.provision(function.name(), publishing.alias(), wanted)) {
              changes.add("%d kept warm".formatted(wanted));
            }
          });
    }
  }

  /// The URL is the alias's, where there is one.
  private void url(SamFunction function, List<String> changes)
      throws IOException, InterruptedException {
    if (function.extras().url().isEmpty()) {
      return;
    }
    ObjectNode wanted = function.extras().url().get();
    var of =
        new Urls.Of(
            function.name(), function.extras().publishing().map(SamFunction.Publishing::alias));
    ifServed(
        function.id() + " FunctionUrlConfig",
        () -> {
          var urls = new Urls(server);
          Optional<JsonNode> before = urls.find(of);
          boolean same =
              before.isPresent()
                  && wanted.properties().stream()
                      .allMatch(each -> each.getValue().equals(before.get().path(each.getKey())));
          if (!same) {
            changes.add("url " + Json.text(urls.put(of, wanted), "FunctionUrl"));
          }
        });
  }

  private static String sha256(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
