package org.openlambda.cli.sam;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/// A function of a template (`AWS::Serverless::Function`), as far as it is served.
///
/// @param id the logical one
/// @param name that it is deployed as
/// @param members of `CreateFunction` that the template sets, but code, role and environment; must
///   not be changed
/// @param variables of its environment
record SamFunction(
    String id,
    String name,
    Source source,
    ObjectNode members,
    Map<String, String> variables,
    Extras extras) {
  SamFunction {
    variables = Map.copyOf(variables);
  }

  /// Where its code is.
  sealed interface Source {
    /// A folder, with the `requirements.txt` in it.
    record Folder(Path path) implements Source {}

    /// A zip that somebody else has packed.
    record Zip(Path path) implements Source {}

    /// The text of a module, as the handler names it.
    record Inline(String module, String code) implements Source {}
  }

  /// What is asked for beside code and configuration.
  ///
  /// @param layers logical ids of the template's, or ARNs
  /// @param publishing the alias that names each new version
  /// @param reserved how many calls may run at once
  /// @param url members of `CreateFunctionUrlConfig`
  record Extras(
      List<String> layers,
      Optional<Publishing> publishing,
      OptionalInt reserved,
      Optional<ObjectNode> url,
      SortedMap<String, String> tags) {
    Extras {
      layers = List.copyOf(layers);
      tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }
  }

  /// @param provisioned how many sandboxes the alias keeps warm
  record Publishing(String alias, OptionalInt provisioned) {}
}
