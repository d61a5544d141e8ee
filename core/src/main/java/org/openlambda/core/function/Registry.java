package org.openlambda.core.function;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// Who owns the names. Safe for any thread.
public interface Registry {
  /// What `name` means now. May read files on the first call for a name (blocking, single flight);
  /// later calls are answered from memory. A function that is there but cannot be served, as its
  /// `ol.yaml` is wrong, is [Lookup.Broken].
  Lookup find(FunctionName name);

  /// All names, sorted; a snapshot.
  List<FunctionName> names();

  /// Installs a bundle under a name, replacing an older one: all of it or nothing.
  ///
  /// @param archive a tar.gz with the function's folder at its root; read to the end, not closed
  /// @throws BadBundle if the archive or its `ol.yaml` cannot be served; nothing has changed
  /// @throws IOException if the disk failed; nothing has changed
  void install(FunctionName name, InputStream archive) throws BadBundle, IOException;

  /// Forgets a name. Running invocations finish.
  ///
  /// @return whether there was such a function
  /// @throws NotUploaded if it is a folder of the user's own
  boolean remove(FunctionName name) throws IOException;

  /// The answer to [#find].
  sealed interface Lookup {
    record Found(Version version) implements Lookup {}

    record Broken(FunctionName name, List<String> problems) implements Lookup {}

    record Unknown(FunctionName name) implements Lookup {}
  }

  /// A bundle that cannot be served, with every problem found in it.
  final class BadBundle extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<String> problems;

    public BadBundle(List<String> problems) {
      super(String.join("; ", problems));
      this.problems = List.copyOf(problems);
    }

    /// One sentence a problem, each naming the entry or key.
    public List<String> problems() {
      return problems;
    }
  }
}
