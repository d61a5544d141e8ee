package org.openlambda.control.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.route.FunctionUrl;
import org.openlambda.core.route.FunctionUrl.Cors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads function URLs as they are kept. Stateless.
final class Urls {
  private Urls() {}

  static FunctionUrl of(FunctionId function, String qualifier, ObjectNode value) {
    return new FunctionUrl(
        value.get("UrlId").stringValue(),
        function,
        qualifier,
        value.get("AuthType").stringValue().equals("AWS_IAM"),
        value.path("InvokeMode").asString("BUFFERED").equals("RESPONSE_STREAM"),
        value.has("Cors") ? Optional.of(cors(value.get("Cors"))) : Optional.empty());
  }

  private static Cors cors(JsonNode value) {
    return new Cors(
        texts(value, "AllowOrigins"),
        texts(value, "AllowMethods"),
        texts(value, "AllowHeaders"),
        texts(value, "ExposeHeaders"),
        value.path("AllowCredentials").asBoolean(false),
        value.path("MaxAge").asInt(0));
  }

  private static List<String> texts(JsonNode value, String member) {
    var texts = new ArrayList<String>();
    value.path(member).forEach(text -> texts.add(text.stringValue()));
    return texts;
  }
}
