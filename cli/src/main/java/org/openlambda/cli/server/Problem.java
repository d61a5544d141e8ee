package org.openlambda.cli.server;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.openlambda.cli.terminal.Tty;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// An error in the server's words (`application/problem+json`, RFC 9457, with members of our own).
/// Members that the server did not send are empty.
///
/// @param status of HTTP, 400 to 599
public record Problem(int status, String title, String detail, String remedy, String requestId) {
  private static final String MEDIA_TYPE = "application/problem+json";
  private static final String TYPE = "urn:openlambda:problem:";

  /// What begins a quotation of a function's environment.
  private static final String QUOTED = " String measured:";

  private static final int SHOWN_CHARACTERS = 500;

  /// What the body says; empty if it is no problem of an OpenLambda server, but a function's own
  /// answer.
  ///
  /// @param contentType the field's value
  public static Optional<Problem> read(int status, String contentType, byte[] body) {
    if (!isOne(contentType)) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.read(body);
      return Json.text(json, "type").startsWith(TYPE)
          ? Optional.of(read(status, json))
          : Optional.empty();
    } catch (JacksonException e) {
      return Optional.empty();
    }
  }

  /// Whether a content-type is that of problems.
  public static boolean isOne(String contentType) {
    return contentType.startsWith(MEDIA_TYPE);
  }

  /// An error of the AWS Lambda API, whose message is a sentence. Some quote what was sent, which
  /// may be secret: that is left out.
  ///
  /// @param body `{"message": …}`, or `Message`
  static Problem ofAws(int status, byte[] body, String requestId) {
    String message;
    try {
      JsonNode json = Json.read(body);
      String upper = Json.text(json, "Message");
      message = upper.isEmpty() ? Json.text(json, "message") : upper;
    } catch (JacksonException e) {
      return unexplained(status, body);
    }
    int quoted = message.indexOf(QUOTED);
    return new Problem(
        status, quoted < 0 ? message : message.substring(0, quoted), "", "", requestId);
  }

  private static Problem read(int status, JsonNode json) {
    return new Problem(
        status,
        Json.text(json, "title"),
        Json.text(json, "detail"),
        Json.text(json, "remedy"),
        Json.text(json, "requestId"));
  }

  /// An answer that is an error, but explains nothing.
  static Problem unexplained(int status, byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return new Problem(
        status,
        "The server answered with an error",
        text.length() > SHOWN_CHARACTERS ? text.substring(0, SHOWN_CHARACTERS) + "…" : text,
        "Is an OpenLambda server at this address?",
        "");
  }

  /// The lines that people read: what it is first, then what happened, what to do, and the id.
  public List<String> lines(Tty tty) {
    List<String> lines = new ArrayList<>();
    lines.add(tty.red(Tty.printable(title)) + tty.dim(" (" + status + ")"));
    detail.lines().forEach(line -> lines.add("  " + Tty.printable(line)));
    if (!remedy.isEmpty()) {
      lines.add("  " + Tty.printable(remedy));
    }
    if (!requestId.isEmpty()) {
      lines.add(tty.dim("  request " + Tty.printable(requestId)));
    }
    return lines;
  }
}
