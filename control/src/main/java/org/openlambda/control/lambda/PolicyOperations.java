package org.openlambda.control.lambda;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.Setting;
import org.openlambda.control.catalog.Setting.Kind;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.Version;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who else may call a function. Any thread.
final class PolicyOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  /// Bytes of a policy, as the service allows.
  static final int MOST_BYTES = 20 * 1024;

  private static final Pattern ACCOUNT = Pattern.compile("\\d{12}");
  private static final Pattern PRINCIPAL =
      Pattern.compile("arn:aws[a-zA-Z-]*:(iam|sts)::\\d{12}:[^*?]+");
  private static final Pattern SERVICE = Pattern.compile("[a-z0-9.-]+\\.amazonaws\\.com(\\.cn)?");

  private final Kept kept;
  private final Naming naming;

  PolicyOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  ObjectNode add(Asked asked) throws Fault, Unavailable {
    String qualifier = qualifier(asked);
    if (qualifier.equals(Version.LATEST)) {
      throw Fault.invalid("We currently do not support adding policies for $LATEST.");
    }
    ObjectNode principal = principal(asked.required("Principal"));
    record Added(Function function, ObjectNode statement) {}
    Added added =
        kept.change(
            asked,
            t -> {
              Function function = naming.function(t, asked);
              requireQualifier(asked, function, qualifier);
              Optional<Setting> before = function.setting(Kind.POLICY, qualifier);
              requireRevision(asked, before);
              ObjectNode statement = statement(asked, function.id(), qualifier, principal);
              ObjectNode policy = before.isPresent() ? before.get().value().deepCopy() : empty();
              append((ArrayNode) policy.get("Statement"), statement);
              write(t, function, qualifier, before, policy);
              return new Added(function, statement);
            });
    kept.routes().refresh(added.function.id());
    ObjectNode answer = MAPPER.createObjectNode();
    return answer.put("Statement", MAPPER.writeValueAsString(added.statement));
  }

  /// A policy that allows nothing yet.
  static ObjectNode empty() {
    return MAPPER.createObjectNode().set("Statement", MAPPER.createArrayNode());
  }

  /// Adds a statement, if there is room for it and for its id.
  static void append(ArrayNode statements, ObjectNode statement) throws Fault {
    String sid = statement.get("Sid").stringValue();
    if (position(statements, sid) >= 0) {
      throw Fault.conflict(
          ("The statement id (%s) provided already exists. Please provide a new statement id, or"
                  + " remove the existing statement.")
              .formatted(sid));
    }
    statements.add(statement);
    int bytes = MAPPER.writeValueAsBytes(statements).length;
    if (bytes > MOST_BYTES) {
      throw new Fault(
          400,
          "PolicyLengthExceededException",
          "The final policy size (%d) is bigger than the limit (%d).".formatted(bytes, MOST_BYTES));
    }
  }

  private static int position(ArrayNode statements, String sid) {
    for (int i = 0; i < statements.size(); i++) {
      if (statements.get(i).get("Sid").stringValue().equals(sid)) {
        return i;
      }
    }
    return -1;
  }

  private void write(
      Transaction t,
      Function function,
      String qualifier,
      Optional<Setting> before,
      ObjectNode policy) {
    Setting after =
        before.isPresent()
            ? before.get().changed(policy, kept.now())
            : Setting.made(Kind.POLICY, qualifier, policy, kept.now());
    kept.catalog().put(t, function, after);
  }

  static ObjectNode statement(
      Asked asked, FunctionId function, String qualifier, ObjectNode principal) {
    ObjectNode statement = MAPPER.createObjectNode();
    statement.put("Sid", asked.required("StatementId"));
    statement.put("Effect", "Allow");
    statement.setAll(principal);
    statement.put("Action", asked.required("Action"));
    statement.put("Resource", Naming.arn(asked.question(), function, qualifier));
    ObjectNode condition = MAPPER.createObjectNode();
    put(condition, "StringEquals", "lambda:FunctionUrlAuthType", asked.text("FunctionUrlAuthType"));
    put(condition, "StringEquals", "AWS:SourceAccount", asked.text("SourceAccount"));
    put(condition, "StringEquals", "lambda:EventSourceToken", asked.text("EventSourceToken"));
    put(condition, "StringEquals", "aws:PrincipalOrgID", asked.text("PrincipalOrgID"));
    put(condition, "ArnLike", "AWS:SourceArn", asked.text("SourceArn"));
    if (asked.input().has("InvokedViaFunctionUrl")) {
      String via = Boolean.toString(asked.isSet("InvokedViaFunctionUrl"));
      put(condition, "Bool", "lambda:InvokedViaFunctionUrl", Optional.of(via));
    }
    if (!condition.isEmpty()) {
      statement.set("Condition", condition);
    }
    return statement;
  }

  private static void put(
      ObjectNode condition, String operator, String key, Optional<String> value) {
    value.ifPresent(text -> condition.withObjectProperty(operator).put(key, text));
  }

  /// `{"Principal": …}` as policies have it.
  static ObjectNode principal(String text) throws Fault {
    ObjectNode holder = MAPPER.createObjectNode();
    if (text.equals("*")) {
      return holder.put("Principal", "*");
    }
    ObjectNode principal = holder.putObject("Principal");
    if (ACCOUNT.matcher(text).matches()) {
      principal.put("AWS", "arn:aws:iam::" + text + ":root");
    } else if (PRINCIPAL.matcher(text).matches()) {
      principal.put("AWS", text);
    } else if (SERVICE.matcher(text).matches()) {
      principal.put("Service", text);
    } else {
      throw Fault.invalid(
          "The provided principal was invalid. Please check the principal and try again.");
    }
    return holder;
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    String qualifier = qualifier(asked);
    Setting policy =
        function
            .setting(Kind.POLICY, qualifier)
            .orElseThrow(() -> Fault.notFound("The resource you requested does not exist."));
    return shown(policy.value(), policy.revision());
  }

  /// A policy as it is answered.
  static ObjectNode shown(ObjectNode policy, UUID revision) {
    ObjectNode document = MAPPER.createObjectNode();
    document.put("Version", "2012-10-17");
    document.put("Id", "default");
    document.setAll(policy);
    ObjectNode answer = MAPPER.createObjectNode();
    answer.put("Policy", MAPPER.writeValueAsString(document));
    return answer.put("RevisionId", revision.toString());
  }

  ObjectNode remove(Asked asked) throws Fault, Unavailable {
    String qualifier = qualifier(asked);
    Function changed =
        kept.change(
            asked,
            t -> {
              Function function =
                  kept.catalog()
                      .find(t, naming.named(asked).id())
                      .orElseThrow(() -> noPolicy(asked));
              Setting before =
                  function
                      .setting(Kind.POLICY, qualifier)
                      .orElseThrow(
                          () -> Fault.notFound("No policy is associated with the given resource."));
              requireRevision(asked, Optional.of(before));
              ObjectNode policy = before.value().deepCopy();
              if (remove(policy, asked.required("StatementId"))) {
                kept.catalog().delete(t, function, before);
              } else {
                write(t, function, qualifier, Optional.of(before), policy);
              }
              return function;
            });
    kept.routes().refresh(changed.id());
    return MAPPER.createObjectNode();
  }

  /// Removes a statement, which must be there.
  ///
  /// @return whether it was the last one
  static boolean remove(ObjectNode policy, String sid) throws Fault {
    ArrayNode statements = (ArrayNode) policy.get("Statement");
    int at = position(statements, sid);
    if (at < 0) {
      throw Fault.notFound("Statement %s is not found in resource policy.".formatted(sid));
    }
    statements.remove(at);
    return statements.isEmpty();
  }

  private Fault noPolicy(Asked asked) {
    try {
      return Fault.notFound(
          "No policy found for: " + Naming.arn(asked.question(), naming.named(asked).id()));
    } catch (Fault fault) {
      return fault;
    }
  }

  private static void requireRevision(Asked asked, Optional<Setting> policy) throws Fault {
    Kept.requireRevision(asked.text("RevisionId"), policy.map(Setting::revision), "GetPolicy");
  }

  private String qualifier(Asked asked) throws Fault {
    return naming.named(asked).qualifier().orElse("");
  }

  private static void requireQualifier(Asked asked, Function function, String qualifier)
      throws Fault {
    if (!qualifier.isEmpty() && function.version(qualifier).isEmpty()) {
      throw Naming.notFound(Naming.arn(asked.question(), function.id()), Optional.of(qualifier));
    }
  }
}
