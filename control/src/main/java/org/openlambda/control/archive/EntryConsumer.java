package org.openlambda.control.archive;

import java.io.IOException;
import java.io.InputStream;

/// Takes the entries of an archive, in its order, each already judged: paths are relative, stay
/// inside, come once, and lie below folders only.
public interface EntryConsumer {
  /// A folder that the archive names. Folders that only appear in paths are not announced.
  void folder(String path) throws IOException;

  /// A file.
  ///
  /// @param content read here or not at all; not closed
  void file(String path, boolean executable, InputStream content) throws IOException;

  /// A symbolic link.
  ///
  /// @param target relative, inside the bundle; may not exist
  void symbolicLink(String path, String target) throws IOException;

  /// One more name for a file that came before.
  void hardLink(String path, String file) throws IOException;

  /// Takes nothing: for judging only.
  EntryConsumer NOTHING =
      new EntryConsumer() {
        @Override
        public void folder(String path) {}

        @Override
        public void file(String path, boolean executable, InputStream content) {}

        @Override
        public void symbolicLink(String path, String target) {}

        @Override
        public void hardLink(String path, String file) {}
      };
}
