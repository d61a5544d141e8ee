package org.openlambda.server;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.identity.Credential;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What `ol up` says as soon as callers are served, to people or, in one line of JSON, to programs:
///
///     {"address": "http://127.0.0.1:9000", "account": "123456789012", "region": "us-east-1",
///      "notes": [], "key": {"id": "AKIA…", "secret": "…"}}
///
/// @param account the first
/// @param notes what is weaker here than it could be, each a sentence
/// @param key of the first account, by the start that has made it; never said again
/// @param kept where `ol` finds the key
record Introduction(
    String address,
    String account,
    String region,
    List<String> notes,
    Optional<Credential> key,
    Optional<Path> kept) {
  Introduction {
    notes = List.copyOf(notes);
  }

  ObjectNode json() {
    ObjectNode all = JsonMapper.shared().createObjectNode();
    all.put("address", address).put("account", account).put("region", region);
    var sentences = all.putArray("notes");
    notes.forEach(sentences::add);
    key.ifPresent(made -> all.putObject("key").put("id", made.id()).put("secret", made.secret()));
    return all;
  }

  /// @param err where notes go
  void print(PrintStream out, PrintStream err) {
    out.println("ready " + address);
    key.ifPresent(made -> print(made, out));
    kept.ifPresent(file -> {
      out.println();
      out.println("ol finds it in " + file + ".");
    });
    out.flush();
    notes.forEach(note -> err.println("ol up: " + note));
    err.flush();
  }

  private void print(Credential made, PrintStream out) {
    out.println();
    out.println("The key of account " + made.principal().account() + ", not shown again:");
    out.println();
    out.println("  export AWS_ACCESS_KEY_ID=" + made.id());
    out.println("  export AWS_SECRET_ACCESS_KEY=" + made.secret());
    out.println("  export AWS_REGION=" + region + " AWS_DEFAULT_REGION=" + region);
    out.println("  export AWS_ENDPOINT_URL_LAMBDA=" + address);
  }
}
