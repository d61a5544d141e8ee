package org.openlambda.cli.lambda;

import java.math.BigDecimal;
import java.util.Optional;
import org.openlambda.cli.server.Json;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What an alias names.
///
/// @param version its label: `3`, `$LATEST`
/// @param share of the calls that another version gets
public record Target(String version, Optional<Share> share) {
  /// @param weight which part of the calls, 0 to 1
  public record Share(String version, double weight) {}

  public static Target of(String version) {
    return new Target(version, Optional.empty());
  }

  /// @param alias an `AliasConfiguration`
  public static Target of(JsonNode alias) {
    return read(
        Json.text(alias, "FunctionVersion"),
        alias.path("RoutingConfig").path("AdditionalVersionWeights"));
  }

  /// @param target as our own API has it: `{"version": "3", "weights": {"4": 0.1}}`
  public static Target ofOwn(JsonNode target) {
    return read(Json.text(target, "version"), target.path("weights"));
  }

  private static Target read(String version, JsonNode weights) {
    return new Target(
        version,
        weights.properties().stream()
            .findFirst()
            .map(weight -> new Share(weight.getKey(), weight.getValue().asDouble(0))));
  }

  /// Writes it into a request. No share is said as well, as it is kept otherwise.
  void putInto(ObjectNode request) {
    request.put("FunctionVersion", version);
    ObjectNode weights = request.putObject("RoutingConfig").putObject("AdditionalVersionWeights");
    share.ifPresent(each -> weights.put(each.version(), each.weight()));
  }

  /// For people: `3`, or `3, 10 % to 4`.
  public String text() {
    return share
        .map(each -> "%s, %s %% to %s".formatted(version, percent(each.weight()), each.version()))
        .orElse(version);
  }

  /// `0.1` is `10`.
  public static String percent(double weight) {
    return BigDecimal.valueOf(weight).movePointRight(2).stripTrailingZeros().toPlainString();
  }
}
