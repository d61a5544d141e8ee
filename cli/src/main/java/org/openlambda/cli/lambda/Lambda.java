package org.openlambda.cli.lambda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.server.Refused;
import org.openlambda.cli.server.Server;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The operations of the AWS Lambda API at a server. For one thread.
public final class Lambda {
  private static final String FUNCTIONS = "/2015-03-31/functions";
  private static final int NOT_FOUND = 404;
  private static final int BRIEF = 12;
  private static final Pattern ARN =
      Pattern.compile("arn:aws[a-z-]*:lambda:([^:]+):([0-9]{12}):function:");

  private final Server server;

  public Lambda(Server server) {
    this.server = server;
  }

  private static String path(String function, String... more) {
    var path = new StringBuilder(FUNCTIONS + "/" + PathText.encodedSegment(function));
    for (String segment : more) {
      path.append('/').append(PathText.encodedSegment(segment));
    }
    return path.toString();
  }

  /// A question that may be about something that is not there.
  private interface Question {
    JsonNode ask() throws IOException, InterruptedException;
  }

  private static Optional<JsonNode> ifThere(Question question)
      throws IOException, InterruptedException {
    try {
      return Optional.of(question.ask());
    } catch (Refused refused) {
      if (refused.problem().status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /// `GetFunction`: `Configuration`, and `Tags` and `Concurrency` if there are any.
  public JsonNode function(String name) throws IOException, InterruptedException {
    return server.json(path(name));
  }

  /// The same of one that may not be there.
  public Optional<JsonNode> find(String name) throws IOException, InterruptedException {
    return ifThere(() -> function(name));
  }

  /// `GetFunctionConfiguration` of `$LATEST`.
  public JsonNode configuration(String name) throws IOException, InterruptedException {
    return server.json(path(name, "configuration"));
  }

  /// `UpdateFunctionConfiguration`: sets what is given, and leaves the rest.
  public JsonNode configure(String name, ObjectNode changes)
      throws IOException, InterruptedException {
    return server.ask("PUT", path(name, "configuration"), changes);
  }

  /// `CreateFunction`.
  ///
  /// @param members of the request, but the code
  /// @return its `FunctionConfiguration`
  public JsonNode create(ObjectNode members, byte[] zip) throws IOException, InterruptedException {
    String all = members.toString();
    String start = all.substring(0, all.length() - 1) + ",\"Code\":{\"ZipFile\":\"";
    return server.ask("POST", FUNCTIONS, document(start, zip, "\"}}"));
  }

  /// `UpdateFunctionCode`.
  public JsonNode updateCode(String name, byte[] zip) throws IOException, InterruptedException {
    return server.ask("PUT", path(name, "code"), document("{\"ZipFile\":\"", zip, "\"}"));
  }

  /// An archive in base64 within JSON: written once, as it may have 67 MB.
  static byte[] document(String before, byte[] zip, String after) {
    byte[] start = before.getBytes(StandardCharsets.UTF_8);
    byte[] end = after.getBytes(StandardCharsets.UTF_8);
    byte[] text = Base64.getEncoder().encode(zip);
    byte[] whole = Arrays.copyOf(start, start.length + text.length + end.length);
    System.arraycopy(text, 0, whole, start.length, text.length);
    System.arraycopy(end, 0, whole, start.length + text.length, end.length);
    return whole;
  }

  /// The start of the digest of a version's archive, in hexadecimal digits as `ol ls` shows them.
  ///
  /// @param version a `FunctionConfiguration`
  public static String brief(JsonNode version) {
    try {
      byte[] digest = Base64.getDecoder().decode(Json.text(version, "CodeSha256"));
      String hex = HexFormat.of().formatHex(digest);
      return hex.substring(0, Math.min(BRIEF, hex.length()));
    } catch (IllegalArgumentException e) {
      return "?";
    }
  }

  /// `PutFunctionConcurrency`: how many calls of it may run at once.
  public void reserve(String name, int most) throws IOException, InterruptedException {
    ObjectNode request = Json.object().put("ReservedConcurrentExecutions", most);
    server.ask(
        "PUT", "/2017-10-31/functions/" + PathText.encodedSegment(name) + "/concurrency", request);
  }

  /// `PutProvisionedConcurrencyConfig`: how many sandboxes an alias keeps warm.
  ///
  /// @return whether it was another number before
  public boolean provision(String name, String alias, int count)
      throws IOException, InterruptedException {
    String path =
        "/2019-09-30/functions/%s/provisioned-concurrency?Qualifier=%s"
            .formatted(PathText.encodedSegment(name), PathText.encodedSegment(alias));
    Optional<JsonNode> before = ifThere(() -> server.json(path));
    String member = "RequestedProvisionedConcurrentExecutions";
    if (before.isPresent() && before.get().path(member).asInt(0) == count) {
      return false;
    }
    server.ask("PUT", path, Json.object().put("ProvisionedConcurrentExecutions", count));
    return true;
  }

  /// `TagResource`: these beside those that there are.
  public void tag(String arn, Map<String, String> tags) throws IOException, InterruptedException {
    ObjectNode request = Json.object();
    ObjectNode all = request.putObject("Tags");
    tags.forEach(all::put);
    server.ask("POST", "/2017-03-31/tags/" + PathText.encodedSegment(arn), request);
  }

  /// Where the server's functions are, as their ARNs say.
  public record Place(String account, String region) {}

  /// Looks at a function, or at the error that there is none: both name the ARN.
  public Place place(String name) throws IOException, InterruptedException {
    String said;
    try {
      said = Json.text(configuration(name), "FunctionArn");
    } catch (Refused refused) {
      said = refused.problem().title();
      if (!ARN.matcher(said).find()) {
        throw refused;
      }
    }
    Matcher arn = ARN.matcher(said);
    if (!arn.find()) {
      throw new IOException("the server does not say which account it is asked by");
    }
    return new Place(arn.group(2), arn.group(1));
  }

  /// `DeleteFunction`, with its versions and aliases.
  public void remove(String name) throws IOException, InterruptedException {
    server.ask("DELETE", path(name));
  }

  /// Deletes a version.
  public void removeVersion(String name, String version) throws IOException, InterruptedException {
    String query = "?Qualifier=" + PathText.encodedSegment(version);
    server.ask("DELETE", path(name) + query);
  }

  /// `ListVersionsByFunction`, `$LATEST` first.
  public List<JsonNode> versions(String name) throws IOException, InterruptedException {
    return pages(path(name, "versions"), "Versions");
  }

  /// `ListAliases`, by their names.
  public List<JsonNode> aliases(String name) throws IOException, InterruptedException {
    return pages(path(name, "aliases"), "Aliases");
  }

  private List<JsonNode> pages(String path, String member)
      throws IOException, InterruptedException {
    var all = new ArrayList<JsonNode>();
    String marker = "";
    do {
      String query = marker.isEmpty() ? "" : "?Marker=" + PathText.encodedSegment(marker);
      JsonNode page = server.json(path + query);
      page.path(member).forEach(all::add);
      marker = Json.text(page, "NextMarker");
    } while (!marker.isEmpty());
    return all;
  }

  /// `PublishVersion`: makes a version of what `$LATEST` is; the last one if nothing has changed.
  public JsonNode publish(String name, Optional<String> description)
      throws IOException, InterruptedException {
    ObjectNode request = Json.object();
    description.ifPresent(text -> request.put("Description", text));
    return server.ask("POST", path(name, "versions"), request);
  }

  /// `GetAlias`, if it is there.
  public Optional<JsonNode> alias(String name, String alias)
      throws IOException, InterruptedException {
    return ifThere(() -> server.json(path(name, "aliases", alias)));
  }

  /// How an alias was moved.
  ///
  /// @param before empty if it is new
  /// @param alias what it is now, an `AliasConfiguration`
  public record Moved(Optional<Target> before, JsonNode alias) {
    public boolean isChange() {
      return !before.equals(Optional.of(Target.of(alias)));
    }

    /// For people: `3 → 4`.
    public String text() {
      String after = Target.of(alias).text();
      return isChange()
          ? before.map(Target::text).orElse("new") + " → " + after
          : after + ", unchanged";
    }
  }

  /// Makes an alias name `target`, whether it is there or not; nothing is done if it does.
  public Moved move(String name, String alias, Target target)
      throws IOException, InterruptedException {
    Optional<JsonNode> there = alias(name, alias);
    ObjectNode request = Json.object();
    target.putInto(request);
    if (there.isEmpty()) {
      request.put("Name", alias);
      return new Moved(Optional.empty(), server.ask("POST", path(name, "aliases"), request));
    }
    Target before = Target.of(there.get());
    if (before.equals(target)) {
      return new Moved(Optional.of(before), there.get());
    }
    request.put("RevisionId", Json.text(there.get(), "RevisionId"));
    return new Moved(Optional.of(before), server.ask("PUT", path(name, "aliases", alias), request));
  }

  /// `DeleteAlias`, whether it is there or not.
  public void removeAlias(String name, String alias) throws IOException, InterruptedException {
    server.ask("DELETE", path(name, "aliases", alias));
  }
}
