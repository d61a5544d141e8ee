package org.openlambda.control.people;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.openlambda.control.audit.AuditLog;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.identity.Denied;
import org.openlambda.control.identity.Members;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Administration.Reply;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `/api/v1/audit`: what was changed in the asker's account, the newest first; for the operators
/// also in one that was deleted. Any thread.
final class AuditOperations {
  private static final int USUAL = 100;
  private static final int MOST = 1_000;

  private final Desk desk;

  AuditOperations(Desk desk) {
    this.desk = desk;
  }

  Reply list(Asked asked) throws Denied, Unavailable {
    int most = limit(asked);
    var wanted =
        new AuditLog.Wanted(
            instant(asked, "since"),
            instant(asked, "until"),
            asked.parameter("user"),
            after(asked),
            most + 1);
    List<AuditLog.Entry> found = desk.audit().read(account(asked), wanted);
    List<AuditLog.Entry> page = found.subList(0, Math.min(most, found.size()));
    ObjectNode answer = JsonMapper.shared().createObjectNode();
    var entries = answer.putArray("entries");
    page.forEach(entry -> entries.add(shown(entry)));
    if (found.size() > most) {
      answer.put("next", Long.toString(page.getLast().position()));
    }
    return Json.granted(200, answer);
  }

  /// The asker's own; of accounts that are no more, the operators are told what there was.
  private Account account(Asked asked) throws Denied, Unavailable {
    Optional<String> text = asked.parameter("account");
    if (text.isEmpty()) {
      return asked.account();
    }
    Account wanted = Input.account("account", text.get());
    boolean may =
        wanted.equals(asked.account())
            || desk.database()
                .<Boolean, RuntimeException>read(t ->
                    Members.isOperator(t, asked.account())
                        && Members.retired(t, List.of(wanted)).contains(wanted));
    if (!may) {
      throw Denied.unknown("account", wanted.text());
    }
    return wanted;
  }

  private static ObjectNode shown(AuditLog.Entry entry) {
    return Json.object("at", entry.at().toString(), "user", entry.user())
        .put("credential", entry.credential())
        .put("peer", entry.peer())
        .put("operation", entry.deed().operation())
        .put("resource", entry.deed().resource())
        .put("status", entry.deed().status())
        .put("code", entry.deed().code())
        .put("request", entry.request());
  }

  private static int limit(Asked asked) throws Denied {
    String text = asked.parameter("limit").orElse(Integer.toString(USUAL));
    if (!text.matches("[0-9]{1,4}")
        || Integer.parseInt(text) < 1
        || Integer.parseInt(text) > MOST) {
      throw Denied.bad("limit", "has to be a whole number from 1 to " + MOST);
    }
    return Integer.parseInt(text);
  }

  private static OptionalLong after(Asked asked) throws Denied {
    Optional<String> text = asked.parameter("after");
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!text.get().matches("[0-9]{1,18}")) {
      throw Denied.bad("after", "has to be what 'next' of an answer was");
    }
    return OptionalLong.of(Long.parseLong(text.get()));
  }

  private static Optional<Instant> instant(Asked asked, String name) throws Denied {
    Optional<String> text = asked.parameter(name);
    try {
      return text.map(Instant::parse);
    } catch (DateTimeParseException e) {
      throw Denied.bad(name, "has to be a time such as 2026-01-31T12:00:00Z");
    }
  }
}
