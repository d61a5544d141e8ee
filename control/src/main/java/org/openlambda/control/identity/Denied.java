package org.openlambda.control.identity;

import java.time.Duration;
import org.openlambda.core.identity.Administration.Reply;

/// What keeps something from being done, in the words of the API of our own. Thrown by whatever
/// finds it, turned into a reply in one place.
public final class Denied extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Reply.Denied reply;

  private Denied(Reply.Denied reply) {
    super(reply.detail(), null, false, false);
    this.reply = reply;
  }

  /// @param status of HTTP
  /// @param cause for programs
  /// @param title the cause in words
  /// @param detail what happened this time, one sentence
  /// @param remedy what to do about it, one sentence
  public static Denied of(int status, String cause, String title, String detail, String remedy) {
    return new Denied(new Reply.Denied(status, cause, title, detail, remedy, Duration.ZERO));
  }

  /// What was sent cannot be meant.
  public static Denied bad(String member, String detail) {
    return of(
        400,
        "bad-input",
        "The request cannot be understood",
        "'" + member + "' " + detail + ".",
        "Correct what is named; nothing has changed.");
  }

  /// There is nothing of this name in the account.
  public static Denied unknown(String kind, String name) {
    return of(
        404,
        "unknown-" + kind,
        "There is no such " + kind,
        "The account has no " + kind + " '" + name + "'.",
        "See which there are, by 'ol " + kind + "s'.");
  }

  /// Something is in the way.
  static Denied conflict(String cause, String title, String detail, String remedy) {
    return of(409, cause, title, detail, remedy);
  }

  /// No password is looked at now.
  public static Denied tooManyLogins(String why, Duration after) {
    return new Denied(
        new Reply.Denied(
            429,
            "too-many-logins",
            "No password is checked now",
            why + "; this one was not looked at.",
            "Try again after the time in Retry-After.",
            after));
  }

  public Reply.Denied reply() {
    return reply;
  }
}
