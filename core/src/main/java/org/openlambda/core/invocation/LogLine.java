package org.openlambda.core.invocation;

import java.time.Instant;
import org.openlambda.core.function.FunctionId;

/// One line a handler printed.
///
/// @param invocation during which it was printed
/// @param text without the line break; at most [#LONGEST] characters, then cut
/// @param stream of the instance that printed it, [Invocation#begun]; empty if that is not known
public record LogLine(
    RequestId invocation, FunctionId function, Instant at, String text, String stream) {
  /// The longest line kept, in characters.
  public static final int LONGEST = 16 * 1024;

  /// A line of an instance that is not known.
  public LogLine(RequestId invocation, FunctionId function, Instant at, String text) {
    this(invocation, function, at, text, "");
  }
}
