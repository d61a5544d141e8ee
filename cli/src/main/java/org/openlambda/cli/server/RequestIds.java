package org.openlambda.cli.server;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/// Finds the request that a person means by the start of its id.
public final class RequestIds {
  /// Characters of a whole id (a UUID).
  private static final int WHOLE = 36;

  private static final int SHORTEST = 4;

  private RequestIds() {}

  /// The id that begins with `start`, among those of the calls whose log the server keeps; `start`
  /// itself if it is whole or nothing begins so, percent-encoded. Blocks.
  ///
  /// @throws IOException if several begin so
  public static String complete(Server server, String start)
      throws IOException, InterruptedException {
    String wanted = start.strip().toLowerCase(Locale.ROOT);
    if (wanted.length() >= WHOLE || wanted.length() < SHORTEST) {
      return PathText.encodedSegment(wanted);
    }
    Set<String> found = new LinkedHashSet<>();
    try (var feed = LogFeed.open(server, LogFeed.Selection.ALL, false)) {
      for (String line = feed.next(); line != null; line = feed.next()) {
        String id = Json.text(Json.read(line), "invocation");
        if (id.startsWith(wanted)) {
          found.add(id);
        }
      }
    }
    if (found.size() > 1) {
      throw new IOException(
          "%d calls have an id that begins with '%s': give more of it"
              .formatted(found.size(), wanted));
    }
    return PathText.encodedSegment(found.isEmpty() ? wanted : found.iterator().next());
  }
}
