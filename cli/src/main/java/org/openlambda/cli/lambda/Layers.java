package org.openlambda.cli.lambda;

import java.io.IOException;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.server.Server;
import tools.jackson.databind.JsonNode;

/// The layers of a server, by the AWS Lambda API. For one thread.
public final class Layers {
  private final Server server;

  public Layers(Server server) {
    this.server = server;
  }

  private static String path(String layer) {
    return "/2018-10-31/layers/" + PathText.encodedSegment(layer) + "/versions";
  }

  /// What was published.
  ///
  /// @param arn of the version
  /// @param fresh whether it is another one than before
  public record Published(String arn, boolean fresh) {}

  /// Makes `zip` the newest version of a layer, unless it is that already.
  ///
  /// @param sha256 of the zip, in base64
  public Published publish(String layer, byte[] zip, String sha256)
      throws IOException, InterruptedException {
    JsonNode newest = server.json(path(layer)).path("LayerVersions").path(0);
    if (newest.has("Version")) {
      JsonNode version = server.json(path(layer) + "/" + newest.path("Version").asString(""));
      if (Json.text(version.path("Content"), "CodeSha256").equals(sha256)) {
        return new Published(Json.text(version, "LayerVersionArn"), false);
      }
    }
    byte[] request = Lambda.document("{\"Content\":{\"ZipFile\":\"", zip, "\"}}");
    return new Published(
        Json.text(server.ask("POST", path(layer), request), "LayerVersionArn"), true);
  }
}
