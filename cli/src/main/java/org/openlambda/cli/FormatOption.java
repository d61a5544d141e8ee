package org.openlambda.cli;

import java.io.IOException;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Output;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// The option of commands whose result programs may want.
final class FormatOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text (default) or json")
  private Format format = Format.TEXT;

  /// A result in words, one line or several.
  interface Words {
    void write(Output out) throws IOException, InterruptedException;
  }

  /// Writes a result.
  ///
  /// @param json for programs
  /// @param words for people
  void write(Output out, JsonNode json, Words words) throws IOException, InterruptedException {
    switch (format) {
      case JSON -> out.line(Json.indented(json));
      case TEXT -> words.write(out);
    }
  }
}
