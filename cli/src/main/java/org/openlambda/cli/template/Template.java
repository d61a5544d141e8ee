package org.openlambda.cli.template;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.openlambda.core.function.FunctionName;

/// A function that works, to be changed by its author.
public enum Template {
  /// JSON in, JSON out.
  HELLO(false),
  /// Methods, paths and statuses.
  JSON_API(true),
  /// A web page with a form.
  WSGI(false),
  /// A stream of server-sent events.
  SSE(false),
  /// AWS Lambda's `(event, context)`.
  HANDLER(true);

  private static final String NAME = "{{name}}";

  private final boolean configured;

  /// @param configured whether it has an `ol.yaml`
  Template(boolean configured) {
    this.configured = configured;
  }

  private List<String> files() {
    return configured ? List.of("f.py", "ol.yaml", "README.md") : List.of("f.py", "README.md");
  }

  /// As people type it: `json-api`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The template that people mean.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Template of(String typed) {
    return valueOf(typed.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /// Makes the folder of a function. Blocks on the disk.
  ///
  /// @return the files, in the order in which to read them
  /// @throws FileAlreadyExistsException if something is at `folder` already
  public List<Path> copyTo(Path folder, FunctionName name) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.createDirectory(folder);
    for (String file : files()) {
      Files.writeString(folder.resolve(file), text(file).replace(NAME, name.text()));
    }
    return files().stream().map(folder::resolve).toList();
  }

  private String text(String file) throws IOException {
    try (InputStream resource = Template.class.getResourceAsStream(this + "/" + file)) {
      if (resource == null) {
        throw new IllegalStateException("the template " + this + " lacks its " + file);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
