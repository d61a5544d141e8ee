package org.openlambda.gateway.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.openlambda.gateway.door.Exchange;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The API of our own, for programs that read OpenAPI 3.1. The resource `openapi.json` beside this
/// class describes what any server of ours answers; each gives of it what it serves. Beside what
/// OpenAPI knows, an operation has `x-role`, the role that it needs. Safe for any thread.
public final class ApiDescription {
  public static final String PATH = "/openapi.json";

  /// How calls are described: a template of OpenAPI knows no rest of any length.
  private static final String CALLS = "/run/{function}";

  private static final String ANY_CALL = "/run/*";

  private final OwnRoutes routes;
  private final boolean keyed;

  /// Made when it is asked for first.
  private volatile @Nullable String document;

  /// @param keyed whether callers say who they are
  public ApiDescription(OwnRoutes routes, boolean keyed) {
    this.routes = routes;
    this.keyed = keyed;
  }

  /// Answers `GET /openapi.json`.
  public void serve(Exchange exchange) {
    Api.read(exchange, asked -> Json.document(asked, document()));
  }

  private String document() {
    String made = document;
    if (made == null) {
      made = described().toString();
      document = made;
    }
    return made;
  }

  private ObjectNode described() {
    ObjectNode all = read();
    ObjectNode paths = object(all, "paths");
    for (String path : List.copyOf(paths.propertyNames())) {
      ObjectNode operations = object(paths, path);
      for (String method : List.copyOf(operations.propertyNames())) {
        if (!isServed(method.toUpperCase(Locale.ROOT), path)) {
          operations.remove(method);
        } else if (!keyed) {
          object(operations, method).remove(List.of("security", "x-role"));
        }
      }
      if (operations.isEmpty()) {
        paths.remove(path);
      }
    }
    if (!keyed) {
      all.remove("security");
      object(all, "components").remove("securitySchemes");
    }
    return all;
  }

  private boolean isServed(String method, String path) {
    String template = path.equals(CALLS) ? ANY_CALL : path;
    return routes.all().stream()
        .anyMatch(route -> route.path().equals(template) && route.takes(method));
  }

  private static ObjectNode object(ObjectNode parent, String name) {
    return (ObjectNode) parent.get(name);
  }

  private static ObjectNode read() {
    try (InputStream in = ApiDescription.class.getResourceAsStream("openapi.json")) {
      return (ObjectNode) JsonMapper.shared().readTree(Objects.requireNonNull(in, "is packed"));
    } catch (IOException e) {
      throw new UncheckedIOException("the description of the API cannot be read", e);
    }
  }
}
