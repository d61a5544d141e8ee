package org.openlambda.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.openlambda.cli.template.Template;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads the name of a template.
final class TemplateConverter implements ITypeConverter<Template> {
  @Override
  public Template convert(String typed) {
    try {
      return Template.of(typed);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "there is no template '%s'; there are %s"
              .formatted(
                  typed,
                  Arrays.stream(Template.values())
                      .map(Template::toString)
                      .collect(Collectors.joining(", "))));
    }
  }
}
