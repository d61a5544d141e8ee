package org.openlambda.core.function;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How callers of the AWS Lambda API name a function: `name`, `account:function:name`,
/// `function:name`, or an ARN, each with or without `:qualifier` (AWS Lambda API Reference,
/// "FunctionName").
///
/// @param region of an ARN
/// @param account of a partial or whole ARN
/// @param name not checked to be a name that a function can have here
/// @param qualifier a version or alias
public record FunctionReference(
    Optional<String> region, Optional<String> account, String name, Optional<String> qualifier) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:arn:aws[a-zA-Z-]*:lambda:)?(?:((?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\\d):)?"
              + "(?:(\\d{12}):)?(?:function:)?([a-zA-Z0-9-_.]+)(?::([$a-zA-Z0-9-_.]+))?");

  /// @return empty if `text` has none of the forms
  public static Optional<FunctionReference> parse(String text) {
    if (FunctionName.isValid(text)) { // as most callers name it
      return Optional.of(
          new FunctionReference(Optional.empty(), Optional.empty(), text, Optional.empty()));
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new FunctionReference(
            Optional.ofNullable(form.group(1)),
            Optional.ofNullable(form.group(2)),
            form.group(3),
            Optional.ofNullable(form.group(4))));
  }

  /// The ARN of a function.
  public static String arn(String region, FunctionId function) {
    return "arn:aws:lambda:" + region + ":" + function.account() + ":function:" + function.name();
  }
}
