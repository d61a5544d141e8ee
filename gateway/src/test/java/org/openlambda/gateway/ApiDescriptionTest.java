package org.openlambda.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openlambda.gateway.api.OwnRoutes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class ApiDescriptionTest {
  @Test
  void a_server_without_accounts_describes_what_it_serves_and_nothing_else() throws Exception {
    try (var stage = new Stage()) {
      JsonNode described = JsonMapper.shared().readTree(stage.get("/openapi.json").body());
      var operations = new TreeSet<String>();
      for (var path : described.path("paths").properties()) {
        for (String method : path.getValue().propertyNames()) {
          boolean isCall = path.getKey().startsWith("/run/");
          operations.add(
              isCall ? "* /run/*" : method.toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
      var served = new TreeSet<String>();
      OwnRoutes.open().all().forEach(route -> served.add(route.method() + " " + route.path()));
      assertThat(operations).isEqualTo(served);
      assertThat(described.has("security")).isFalse();
      assertThat(described.findValues("x-role")).isEmpty();
      for (String path : new String[] {"/stats", "/debug", "/readyz", "/registry/"}) {
        assertThat(stage.get(path).statusCode()).as(path).isEqualTo(200);
      }
      assertThat(stage.get("/api/v1/users").statusCode()).isEqualTo(404);
    }
  }
}
