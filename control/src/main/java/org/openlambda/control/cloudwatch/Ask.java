package org.openlambda.control.cloudwatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import tools.jackson.databind.JsonNode;

/// A request, and what it says.
///
/// @param account of who asks
/// @param region that the client believes to talk to
record Ask(Account account, String region, JsonNode input) {
  static final String GROUP = "/aws/lambda/";

  private static final int LONGEST_NAME = 512;

  /// A member that is a text.
  Optional<String> text(String name) throws Refusal {
    JsonNode value = input.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isString()) {
      throw wrongType(value, "a String");
    }
    return Optional.of(value.stringValue());
  }

  /// A name that begins with this is wanted.
  Optional<String> name(String name) throws Refusal {
    Optional<String> text = text(name);
    if (text.isPresent() && (text.get().isEmpty() || text.get().length() > LONGEST_NAME)) {
      throw Refusal.invalid(
          ("1 validation error detected: Value at '%s' failed to satisfy constraint: Member"
                  + " must have length between 1 and %d")
              .formatted(name, LONGEST_NAME));
    }
    return text;
  }

  boolean flag(String name, boolean otherwise) throws Refusal {
    JsonNode value = input.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isBoolean()) {
      throw wrongType(value, "a Boolean");
    }
    return value.booleanValue();
  }

  /// A moment in milliseconds since 1970.
  long millis(String name, long otherwise) throws Refusal {
    return number(name, 0, Long.MAX_VALUE, otherwise);
  }

  int limit(int most) throws Refusal {
    return (int) number("limit", 1, most, most);
  }

  private long number(String name, long least, long most, long otherwise) throws Refusal {
    JsonNode value = input.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrongType(value, "a Long");
    }
    long number = value.longValue();
    if (number < least || number > most) {
      throw Refusal.invalid(
          ("1 validation error detected: Value '%d' at '%s' failed to satisfy constraint: Member"
                  + " must have value %s than or equal to %d")
              .formatted(
                  number,
                  name,
                  number < least ? "greater" : "less",
                  number < least ? least : most));
    }
    return number;
  }

  List<String> texts(String name) throws Refusal {
    var texts = new ArrayList<String>();
    for (JsonNode value : input.path(name)) {
      if (!value.isString()) {
        throw wrongType(value, "a String");
      }
      texts.add(value.stringValue());
    }
    return texts;
  }

  private static Refusal wrongType(JsonNode value, String wanted) {
    return new Refusal(
        400,
        "SerializationException",
        value.getNodeType().name() + "_VALUE can not be converted to " + wanted);
  }

  /// The function whose group is named, by its name or its ARN.
  ///
  /// @throws Refusal also if it cannot be one: then it does not exist
  FunctionId function() throws Refusal {
    Optional<String> name = name("logGroupName");
    Optional<String> identifier = text("logGroupIdentifier");
    if (name.isPresent() == identifier.isPresent()) {
      throw Refusal.invalid("Exactly one of logGroupName and logGroupIdentifier must be given.");
    }
    String group = name.isPresent() ? name.get() : named(identifier.orElseThrow());
    String function = group.startsWith(GROUP) ? group.substring(GROUP.length()) : "";
    if (!FunctionName.isValid(function)) {
      throw Refusal.unknown("log group");
    }
    return new FunctionId(account, new FunctionName(function));
  }

  /// The name in an ARN of this account, or what is no ARN.
  private String named(String identifier) {
    String start = arn("");
    if (!identifier.startsWith(start)) {
      return identifier;
    }
    String name = identifier.substring(start.length());
    return name.endsWith(":*") ? name.substring(0, name.length() - 2) : name;
  }

  /// The ARN of a group.
  String arn(String group) {
    return "arn:aws:logs:%s:%s:log-group:%s".formatted(region, account, group);
  }
}
