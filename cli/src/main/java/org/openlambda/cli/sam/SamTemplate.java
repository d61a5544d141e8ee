package org.openlambda.cli.sam;

import java.util.List;

/// What a template describes.
///
/// @param leftOut what of it is not served
record SamTemplate(List<SamFunction> functions, List<SamLayer> layers, List<LeftOut> leftOut) {
  SamTemplate {
    functions = List.copyOf(functions);
    layers = List.copyOf(layers);
    leftOut = List.copyOf(leftOut);
  }
}
