package org.openlambda.control.lambda;

import java.util.Optional;
import org.openlambda.control.catalog.Catalog;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.KeptVersion;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.model.Fault;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.FunctionReference;
import org.openlambda.core.function.Version;

/// What callers call functions, and what they mean. Any thread.
final class Naming {
  private static final int LONGEST_NAME = 64;

  private final Catalog catalog;

  Naming(Catalog catalog) {
    this.catalog = catalog;
  }

  /// A function and, if one was named, a version or alias.
  record Named(FunctionId id, Optional<String> qualifier) {}

  /// What the member `FunctionName` and, if there is one, `Qualifier` name together.
  Named named(Asked asked) throws Fault {
    return named(asked.question(), asked.required("FunctionName"), asked.text("Qualifier"));
  }

  private Named named(Question question, String text, Optional<String> parameter) throws Fault {
    FunctionReference reference =
        FunctionReference.parse(text)
            .orElseThrow(() -> Fault.invalid("Invalid function name: " + text));
    if (reference.region().isPresent() && !reference.region().get().equals(question.region())) {
      throw Fault.notFound(
          "Functions from '%s' are not reachable in this region ('%s')"
              .formatted(reference.region().get(), question.region()));
    }
    String own = question.asker().account().text();
    boolean foreign = reference.account().isPresent() && !reference.account().get().equals(own);
    if (foreign || !FunctionName.isValid(reference.name())) {
      throw notFound(arn(question, reference.account().orElse(own), reference.name()), parameter);
    }
    if (parameter.isPresent()
        && reference.qualifier().isPresent()
        && !parameter.get().equals(reference.qualifier().get())) {
      throw Fault.invalid(
          "The derived qualifier from the function name does not match the specified qualifier.");
    }
    var id = new FunctionId(question.asker().account(), new FunctionName(reference.name()));
    return new Named(id, parameter.or(reference::qualifier));
  }

  /// The name of a function that is to be made.
  FunctionId fresh(Asked asked) throws Fault {
    Named named = named(asked);
    if (named.id().name().text().length() > LONGEST_NAME) {
      throw Fault.invalid(
          "1 validation error detected: Value '%s' at 'functionName' failed to satisfy constraint:"
                  .formatted(asked.required("FunctionName"))
              + " Member must have length less than or equal to "
              + LONGEST_NAME);
    }
    return named.id();
  }

  /// The function that is named, which must be there.
  Function function(Transaction t, Asked asked) throws Fault {
    Named named = named(asked);
    return catalog
        .find(t, named.id())
        .orElseThrow(() -> notFound(arn(asked.question(), named.id()), named.qualifier()));
  }

  /// The version that is named, which must be there; `$LATEST` if none is.
  KeptVersion version(Function function, Asked asked) throws Fault {
    Optional<String> qualifier = named(asked).qualifier();
    return function
        .version(qualifier.orElse(Version.LATEST))
        .orElseThrow(() -> notFound(arn(asked.question(), function.id()), qualifier));
  }

  /// What is said of things that are not named by an ARN of a function.
  static Fault absent() {
    return Fault.notFound("The resource you requested does not exist.");
  }

  static Fault notFound(String arn, Optional<String> qualifier) {
    return Fault.notFound("Function not found: " + arn + qualifier.map(q -> ":" + q).orElse(""));
  }

  static String arn(Question question, FunctionId id) {
    return FunctionReference.arn(question.region(), id);
  }

  /// @param qualifier empty for none
  static String arn(Question question, FunctionId id, String qualifier) {
    return qualifier.isEmpty() ? arn(question, id) : arn(question, id) + ":" + qualifier;
  }

  private static String arn(Question question, String account, String name) {
    return "arn:aws:lambda:%s:%s:function:%s".formatted(question.region(), account, name);
  }
}
