package org.openlambda.cli.lambda;

import java.io.IOException;
import java.util.Optional;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.server.PathText;
import org.openlambda.cli.server.Refused;
import org.openlambda.cli.server.Server;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The URLs of functions, by the AWS Lambda API. For one thread.
public final class Urls {
  private static final String STATEMENT = "FunctionURLAllowPublicAccess";
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;

  private final Server server;

  public Urls(Server server) {
    this.server = server;
  }

  /// What has a URL: a function, or an alias of it.
  public record Of(String function, Optional<String> alias) {
    private String path() {
      return "/2021-10-31/functions/" + PathText.encodedSegment(function) + "/url" + query("?");
    }

    private String policy() {
      return "/2015-03-31/functions/" + PathText.encodedSegment(function) + "/policy";
    }

    private String query(String mark) {
      return alias.map(name -> mark + "Qualifier=" + PathText.encodedSegment(name)).orElse("");
    }
  }

  /// `GetFunctionUrlConfig`, if there is one.
  public Optional<JsonNode> find(Of what) throws IOException, InterruptedException {
    try {
      return Optional.of(server.json(what.path()));
    } catch (Refused refused) {
      if (refused.problem().status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /// Makes a URL, or changes the one that is there; with `AuthType` `NONE`, everybody may call it.
  ///
  /// @param config members of `CreateFunctionUrlConfig`
  /// @return the `FunctionUrlConfig`
  public JsonNode put(Of what, ObjectNode config) throws IOException, InterruptedException {
    String method = find(what).isPresent() ? "PUT" : "POST";
    JsonNode url = server.ask(method, what.path(), config);
    if (Json.text(config, "AuthType").equals("NONE")) {
      permit(what);
    } else {
      forbid(what);
    }
    return url;
  }

  private void permit(Of what) throws IOException, InterruptedException {
    ObjectNode statement =
        Json.object()
            .put("StatementId", STATEMENT)
            .put("Action", "lambda:InvokeFunctionUrl")
            .put("Principal", "*")
            .put("FunctionUrlAuthType", "NONE");
    try {
      server.ask("POST", what.policy() + what.query("?"), statement);
    } catch (Refused refused) {
      if (refused.problem().status() != CONFLICT) {
        throw refused; // it is not there already
      }
    }
  }

  private void forbid(Of what) throws IOException, InterruptedException {
    try {
      server.ask("DELETE", what.policy() + "/" + STATEMENT + what.query("?"));
    } catch (Refused refused) {
      if (refused.problem().status() != NOT_FOUND) {
        throw refused;
      }
    }
  }

  /// Removes the URL and the permission for everybody, if they are there.
  public void remove(Of what) throws IOException, InterruptedException {
    forbid(what);
    try {
      server.ask("DELETE", what.path());
    } catch (Refused refused) {
      if (refused.problem().status() != NOT_FOUND) {
        throw refused;
      }
    }
  }
}
