package org.openlambda.core.bundle;

import java.io.IOException;
import org.openlambda.core.function.Code;

/// Brings code to where it can be copied from. Any thread.
@FunctionalInterface
public interface CodeSource {
  /// Code lies where it says.
  CodeSource LOCAL = code -> {};

  /// Makes sure that the code, without its layers, lies in its folder. Blocks on the disk, and on
  /// the network where code is kept elsewhere.
  ///
  /// @throws CodeAway if it is kept elsewhere, and that place does not answer
  /// @throws IOException if it is nowhere, or not what it was
  void bring(Code code) throws IOException;
}
