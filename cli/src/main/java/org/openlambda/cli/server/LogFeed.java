package org.openlambda.cli.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The lines of a server's log, as JSON texts, the oldest first. For one thread; closed by whoever
/// opened it.
public final class LogFeed implements AutoCloseable {
  private final BufferedReader lines;

  private LogFeed(BufferedReader lines) {
    this.lines = lines;
  }

  /// What to read.
  ///
  /// @param function only its lines
  /// @param since only lines that are not older
  /// @param id only lines of this call
  /// @param text only lines that contain this
  public record Selection(
      Optional<String> function,
      Optional<Instant> since,
      Optional<String> id,
      Optional<String> text) {
    /// Everything that is kept.
    public static final Selection ALL =
        new Selection(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /// The same, later.
    public Selection from(Instant other) {
      return new Selection(function, Optional.of(other), id, text);
    }

    private String query(boolean follow) {
      var query = new StringBuilder("?follow=").append(follow);
      function.ifPresent(name -> query.append("&function=").append(PathText.encodedSegment(name)));
      since.ifPresent(
          instant -> query.append("&since=").append(PathText.encodedSegment(instant.toString())));
      id.ifPresent(call -> query.append("&id=").append(PathText.encodedSegment(call)));
      text.ifPresent(words -> query.append("&text=").append(PathText.encodedSegment(words)));
      return query.toString();
    }
  }

  /// Opens the log. Blocks until the server answers.
  ///
  /// @param follow whether the feed goes on with lines of the future
  public static LogFeed open(Server server, Selection selection, boolean follow)
      throws IOException, InterruptedException {
    var body = server.open("/api/v1/logs" + selection.query(follow));
    return new LogFeed(new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8)));
  }

  /// The next line, or null at the end. Blocks.
  ///
  /// @throws IOException if the log breaks off
  public @Nullable String next() throws IOException {
    try {
      return lines.readLine();
    } catch (IOException e) {
      throw new IOException("the log broke off (" + e.getMessage() + "): the server is gone", e);
    }
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
