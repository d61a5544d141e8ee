package org.openlambda.control.lambda;

import java.util.List;
import java.util.Set;

/// What is said of a runtime that this server does not have, in the words of AWS Lambda with the
/// names of those it has.
final class Runtimes {
  /// Those for which AWS Lambda takes no functions any more (AWS Lambda, "Lambda runtimes").
  private static final Set<String> RETIRED =
      Set.of(
          "nodejs",
          "nodejs4.3",
          "nodejs4.3-edge",
          "nodejs6.10",
          "nodejs8.10",
          "nodejs10.x",
          "nodejs12.x",
          "nodejs14.x",
          "nodejs16.x",
          "java8",
          "python2.7",
          "python3.6",
          "python3.7",
          "python3.8",
          "dotnetcore1.0",
          "dotnetcore2.0",
          "dotnetcore2.1",
          "dotnetcore3.1",
          "dotnet6",
          "go1.x",
          "ruby2.5",
          "ruby2.7",
          "provided");

  private Runtimes() {}

  /// @param known not empty, the newest last
  static String refusal(String runtime, List<String> known) {
    if (RETIRED.contains(runtime)) {
      return ("The runtime parameter of %s is no longer supported for creating or updating AWS"
              + " Lambda functions. We recommend you use %s while creating or updating functions.")
          .formatted(runtime, recommended(runtime, known));
    }
    return ("Value %s at 'runtime' failed to satisfy constraint: Member must satisfy enum value"
            + " set: %s or be a valid ARN")
        .formatted(runtime, known);
  }

  private static String recommended(String runtime, List<String> known) {
    String language = runtime.replaceAll("[0-9].*", "");
    return known.reversed().stream()
        .filter(one -> one.startsWith(language))
        .findFirst()
        .map(newest -> "the new runtime (" + newest + ")")
        .orElse("a supported runtime");
  }
}
