package org.openlambda.cli.sam;

import static org.openlambda.fuzz.Oracle.that;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.openlambda.cli.sam.SamFunction.Source;
import org.openlambda.core.function.FunctionName;
import org.openlambda.fuzz.Workshop;

/// A template that somebody has found on the web: refused in words that drive no terminal, or
/// functions with names that can be, and code that is where it is said to be.
public final class SamFuzz {
  private static final Path FILE = Workshop.make("sam").resolve("template.yaml");
  private static final SamReader.Deployed DEPLOYED =
      new SamReader.Deployed("123456789012", "eu-north-1", Map.of());

  private SamFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(FILE, input);
    SamTemplate template;
    try {
      template = SamReader.read(FILE, DEPLOYED);
    } catch (IOException refused) {
      String.valueOf(refused.getMessage()).lines().forEach(SamFuzz::isPrintable);
      return;
    }
    that(!template.functions().isEmpty(), "a template without functions");
    template.functions().forEach(SamFuzz::judge);
    template.layers().forEach(layer -> that(Files.isDirectory(layer.content()), "%s", layer));
  }

  private static void judge(SamFunction function) {
    String name = function.name();
    that(FunctionName.isValid(name), "'%s' is no name", name);
    switch (function.source()) {
      case Source.Folder(Path path) -> that(Files.isDirectory(path), "%s is no folder", path);
      case Source.Zip(Path path) -> that(Files.isRegularFile(path), "%s is no file", path);
      case Source.Inline(String module, _) ->
          that(!module.isEmpty() && module.indexOf('\0') < 0, "'%s' is no module", module);
    }
    function
        .variables()
        .values()
        .forEach(value -> that(value.length() <= Values.LONGEST, "%d characters", value.length()));
  }

  private static void isPrintable(String line) {
    that(line.chars().noneMatch(c -> c != '\t' && Character.isISOControl(c)), "'%s'", line);
  }
}
