package org.openlambda.control.people;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.openlambda.core.identity.Administration.Reply;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Replies in JSON.
final class Json {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private Json() {}

  /// An object of texts: name, value, name, value.
  static ObjectNode object(String... members) {
    ObjectNode object = MAPPER.createObjectNode();
    List<String> pairs = Arrays.asList(members);
    for (int i = 0; i < pairs.size(); i += 2) {
      object.put(pairs.get(i), pairs.get(i + 1));
    }
    return object;
  }

  static Reply granted(int status, ObjectNode object) {
    return new Reply.Granted(status, MAPPER.writeValueAsBytes(object));
  }

  static Reply nothing() {
    return new Reply.Granted(204, new byte[0]);
  }

  static <T> Reply list(List<T> all, Function<T, ObjectNode> form) {
    var array = MAPPER.createArrayNode();
    all.forEach(one -> array.add(form.apply(one)));
    return new Reply.Granted(200, MAPPER.writeValueAsBytes(array));
  }
}
