package org.openlambda.cli;

import java.io.IOException;
import org.openlambda.cli.server.Json;
import org.openlambda.cli.terminal.Output;
import org.openlambda.cli.terminal.Tty;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.JsonNode;

/// The option that says who reads the result.
public final class FormatOption {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      scope = ScopeType.INHERIT,
      description = "text (default) or json")
  private Format format = Format.TEXT;

  /// A result in words, one line or several.
  public interface Words {
    void write(Output out) throws IOException, InterruptedException;
  }

  /// Whether a program does.
  public boolean isJson() {
    return format == Format.JSON;
  }

  /// Prints a sentence for people, or a document for programs.
  public void print(Output out, JsonNode document, String sentence) {
    out.line(isJson() ? Json.indented(document) : Tty.printable(sentence));
  }

  /// The same with words that take some work, or several lines.
  public void write(Output out, JsonNode document, Words words)
      throws IOException, InterruptedException {
    if (isJson()) {
      out.line(Json.indented(document));
    } else {
      words.write(out);
    }
  }
}
