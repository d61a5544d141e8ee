package org.openlambda.core.identity;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.invocation.RequestId;

/// Answers the part of the API of our own that is about people: accounts, users, their keys and
/// tokens, and what they have changed. Safe for any thread; blocks on the database.
public interface Administration {
  /// The routes that [#answer] serves.
  List<Route> routes();

  /// Every request has a reply. The asker's role was compared with the route's.
  Reply answer(Request request);

  /// Notes that somebody was kept from a change that is not made here, as their role does not allow
  /// it. Returns when it is noted, or the database is away.
  ///
  /// @param operation as in [Route#operation]
  /// @param resource what was to be changed
  void refused(Actor actor, String operation, String resource);

  /// A request for one of the routes.
  ///
  /// @param asker who is known to ask; empty on a route that is open
  /// @param peer the caller's address: `127.0.0.1:52100`
  /// @param labels what stood in the path for the names in braces, decoded
  /// @param query its parameters, decoded
  /// @param body JSON or nothing; not copied
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Request(
      RequestId id,
      Optional<Principal> asker,
      String peer,
      Route route,
      Map<String, String> labels,
      Map<String, String> query,
      byte[] body) {
    public Request {
      labels = Map.copyOf(labels);
      query = Map.copyOf(query);
    }
  }

  /// What is answered.
  sealed interface Reply {
    /// It was done.
    ///
    /// @param json what there is to tell; nothing with status 204
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Granted(int status, byte[] json) implements Reply {}

    /// It was not.
    ///
    /// @param cause for programs: `unknown-user`
    /// @param title the cause in words
    /// @param detail what happened this time, one sentence
    /// @param remedy what to do about it, one sentence
    /// @param retryAfter zero if trying again is of no use
    record Denied(
        int status, String cause, String title, String detail, String remedy, Duration retryAfter)
        implements Reply {}
  }
}
