package org.openlambda.control.people;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openlambda.control.identity.Denied;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Role;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The body of a request: a JSON object. Whatever is wrong with it is said with the member's name.
final class Input {
  private static final int LONGEST_TEXT = 512;

  private final ObjectNode object;

  private Input(ObjectNode object) {
    this.object = object;
  }

  /// @param members that it may have
  static Input read(byte[] body, List<String> members) throws Denied {
    JsonNode json;
    try {
      json = JsonMapper.shared().readTree(body);
    } catch (JacksonException e) {
      throw Denied.bad("body", "is no JSON");
    }
    if (!(json instanceof ObjectNode object)) {
      throw Denied.bad("body", "has to be a JSON object");
    }
    for (String name : object.propertyNames()) {
      if (!members.contains(name)) {
        throw Denied.bad(name, "is not known here: there are " + String.join(", ", members));
      }
    }
    return new Input(object);
  }

  String text(String member) throws Denied {
    return optional(member).orElseThrow(() -> Denied.bad(member, "is missing"));
  }

  Optional<String> optional(String member) throws Denied {
    JsonNode value = object.get(member);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw Denied.bad(member, "has to be a text");
    }
    return Optional.of(plain(member, value.stringValue()));
  }

  /// A text that a database can hold: not too long, no control characters, no halves of characters.
  static String plain(String member, String text) throws Denied {
    boolean odd =
        text.codePoints()
            .anyMatch(
                c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE);
    if (odd || text.length() > LONGEST_TEXT) {
      throw Denied.bad(
          member, "has to be a text of at most " + LONGEST_TEXT + " characters that are seen");
    }
    return text;
  }

  boolean flag(String member) throws Denied {
    JsonNode value = object.get(member);
    if (value == null || !value.isBoolean()) {
      throw Denied.bad(member, "has to be true or false");
    }
    return value.booleanValue();
  }

  int number(String member, int usual, int least, int most) throws Denied {
    JsonNode value = object.get(member);
    if (value == null) {
      return usual;
    }
    if (!value.isInt() || value.intValue() < least || value.intValue() > most) {
      throw Denied.bad(member, "has to be a whole number from " + least + " to " + most);
    }
    return value.intValue();
  }

  Account account(String member) throws Denied {
    return account(member, text(member));
  }

  static Account account(String member, String text) throws Denied {
    if (!Account.isValid(text)) {
      throw Denied.bad(member, "has to be 12 digits");
    }
    return new Account(text);
  }

  Role role(String member) throws Denied {
    String text = text(member);
    for (Role role : Role.values()) {
      if (role.name().toLowerCase(Locale.ROOT).equals(text)) {
        return role;
      }
    }
    throw Denied.bad(member, "has to be admin, developer or invoker");
  }
}
