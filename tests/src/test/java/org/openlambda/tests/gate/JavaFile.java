package org.openlambda.tests.gate;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/// One Java file as the compiler's parser sees it.
///
/// @param path below the root
/// @param types the simple names of the types in it, nested ones included
/// @param methods of all of them, constructors included
record JavaFile(String path, List<String> types, List<Method> methods) {
  /// One method or constructor.
  ///
  /// @param type the simple name of the type around it
  /// @param lines of its body, with the braces; 0 if it has none
  record Method(String type, String name, long lines) {}

  /// Parses all at once: much faster than one by one.
  ///
  /// @param texts by path
  static List<JavaFile> parse(Map<String, String> texts) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    var sources = texts.entrySet().stream().map(file -> new Source(file.getKey(), file.getValue()));
    var task =
        (JavacTask)
            compiler.getTask(null, null, _ -> {}, List.of("-proc:none"), null, sources.toList());
    SourcePositions positions = Trees.instance(task).getSourcePositions();
    var files = new ArrayList<JavaFile>();
    for (CompilationUnitTree unit : task.parse()) {
      var reading = new Reading(unit, positions);
      reading.scan(unit, "");
      String path = unit.getSourceFile().toUri().getPath().substring(1);
      files.add(new JavaFile(path, reading.types, reading.methods));
    }
    return files;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String path, String text) {
      super(URI.create("string:///" + path), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }

  private static final class Reading extends TreeScanner<Void, String> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final List<String> types = new ArrayList<>();
    private final List<Method> methods = new ArrayList<>();

    Reading(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
    }

    @Override
    public @Nullable Void visitClass(ClassTree type, String around) {
      String name = type.getSimpleName().toString();
      if (!name.isEmpty()) {
        types.add(name);
      }
      return super.visitClass(type, name.isEmpty() ? around : name);
    }

    @Override
    public @Nullable Void visitMethod(MethodTree method, String type) {
      methods.add(new Method(type, method.getName().toString(), lines(method.getBody())));
      return super.visitMethod(method, type);
    }

    private long lines(@Nullable BlockTree body) {
      if (body == null) {
        return 0;
      }
      LineMap lines = unit.getLineMap();
      return lines.getLineNumber(positions.getEndPosition(unit, body))
          - lines.getLineNumber(positions.getStartPosition(unit, body))
          + 1;
    }
  }
}
