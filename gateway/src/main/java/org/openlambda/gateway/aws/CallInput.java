package org.openlambda.gateway.aws;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.invocation.Header;
import org.openlambda.gateway.api.Query;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.door.Exchange;

/// What the public model allows in a call, whose input is in the head alone: what
/// `control.model.Validation` does for all other operations, in the same words. Stateless.
final class CallInput {
  /// Kinds of calls by `Invoke`, as the service lists them.
  static final List<String> TYPES = List.of("Event", "RequestResponse", "DryRun");

  /// Kinds of calls by `InvokeWithResponseStream`.
  static final List<String> STREAM_TYPES = List.of("RequestResponse", "DryRun");

  private static final Text NAME =
      new Text(
          "functionName",
          256,
          "(arn:(aws[a-zA-Z-]*)?:lambda:)?"
              + "((eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:)?"
              + "(\\d{12}:)?(function:)?([a-zA-Z0-9-_\\.]+)"
              + "(:(\\$LATEST(\\.PUBLISHED)?|[a-zA-Z0-9-_]+))?");
  private static final Text QUALIFIER =
      new Text("qualifier", 128, "\\$(LATEST(\\.PUBLISHED)?)|[a-zA-Z0-9-_$]+");
  private static final Text TENANT = new Text("tenantId", 256, "[a-zA-Z0-9\\._:\\/=+\\-@ ]+");
  private static final Text EXECUTION = new Text("durableExecutionName", 64, "[a-zA-Z0-9-_]+");
  private static final List<String> FIELDS =
      List.of(
          "x-amz-invocation-type",
          "x-amz-log-type",
          "x-amz-durable-execution-name",
          "x-amz-tenant-id");
  private static final List<String> LOG_TYPES = List.of("None", "Tail");

  private CallInput() {}

  /// A text of one character or more.
  ///
  /// @param at what the model calls it
  /// @param most its characters
  private record Text(String at, int most, Pattern pattern) {
    Text(String at, int most, String pattern) {
      this(at, most, Pattern.compile(pattern, Pattern.DOTALL));
    }

    Stream<String> faults(Optional<String> given) {
      if (given.isEmpty()) {
        return Stream.empty();
      }
      String text = given.get();
      var faults = new ArrayList<String>();
      if (text.length() > most) {
        faults.add(fault(text, at, "Member must have length less than or equal to " + most));
      }
      if (text.isEmpty()) {
        faults.add(fault(text, at, "Member must have length greater than or equal to 1"));
      }
      if (!pattern.matcher(text).matches()) {
        faults.add(fault(text, at, "Member must satisfy regular expression pattern: " + pattern));
      }
      return faults.stream();
    }
  }

  /// @param function as the path names it, decoded
  /// @param types [#TYPES] or [#STREAM_TYPES]
  /// @throws Refused naming everything that the model does not allow
  static void require(Exchange exchange, String function, List<String> types) throws Refused {
    if (isUsual(exchange, function)) {
      return;
    }
    List<String> faults =
        Stream.of(
                NAME.faults(Optional.of(function)),
                chosen("invocationType", exchange.header("x-amz-invocation-type"), types),
                chosen("logType", exchange.header("x-amz-log-type"), LOG_TYPES),
                EXECUTION.faults(exchange.header("x-amz-durable-execution-name")),
                QUALIFIER.faults(qualifier(exchange)),
                TENANT.faults(exchange.header("x-amz-tenant-id")))
            .flatMap(each -> each)
            .toList();
    if (!faults.isEmpty()) {
      String many =
          faults.size() == 1 ? "1 validation error" : faults.size() + " validation errors";
      throw new Refused(
          AwsFault.of(
              400, "ValidationException", many + " detected: " + String.join("; ", faults)));
    }
  }

  /// Most calls: a plain name, and nothing else said. Patterns take longer than all the rest.
  private static boolean isUsual(Exchange exchange, String function) {
    if (!FunctionName.isValid(function) || !exchange.query().isEmpty()) {
      return false;
    }
    for (Header header : exchange.headers()) {
      if (isMeant(header.name())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isMeant(String name) {
    for (String field : FIELDS) {
      if (field.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static Stream<String> chosen(String at, Optional<String> given, List<String> values) {
    return given.filter(value -> !values.contains(value)).stream()
        .map(value ->
            fault(
                value,
                at,
                values.stream()
                    .collect(
                        Collectors.joining(", ", "Member must satisfy enum value set: [", "]"))));
  }

  private static String fault(String value, String at, String what) {
    return "Value '" + value + "' at '" + at + "' failed to satisfy constraint: " + what;
  }

  /// The version or alias that the query names.
  static Optional<String> qualifier(Exchange exchange) throws Refused {
    if (exchange.query().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Query.of(exchange.query()).get("Qualifier");
    } catch (IllegalArgumentException e) {
      throw new Refused(
          AwsFault.of(400, "InvalidRequestContentException", "The query is not percent-encoded."));
    }
  }
}
