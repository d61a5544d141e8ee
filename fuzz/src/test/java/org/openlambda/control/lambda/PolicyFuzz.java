package org.openlambda.control.lambda;

import static org.openlambda.fuzz.Oracle.that;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.control.catalog.PolicyReader;
import org.openlambda.control.model.Fault;
import org.openlambda.control.model.InputReader;
import org.openlambda.control.model.Model;
import org.openlambda.control.model.Operations;
import org.openlambda.control.model.Validation;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.RequestId;
import org.openlambda.core.route.ResourcePolicy;
import org.openlambda.core.route.ResourcePolicy.Wish;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The body of an `AddPermission`: refused with a status of the 400s, or a statement of a policy
/// that lets in those who were named and nobody else, as a second reading of the body says.
public final class PolicyFuzz {
  private static final FunctionId FUNCTION =
      new FunctionId(Account.FIRST, new FunctionName("hello"));
  private static final Map<String, String> FACTS = Map.of("lambda:functionurlauthtype", "NONE");
  private static final List<Optional<Principal>> CALLERS =
      List.of(
          Optional.empty(),
          Optional.of(principal(Account.FIRST, "ada")),
          Optional.of(principal(new Account("000000000001"), "ada")),
          Optional.of(principal(new Account("000000000001"), "bob")));

  /// Each is about a fact that nobody at the door has.
  private static final List<String> NEVER_TRUE =
      List.of(
          "SourceArn",
          "SourceAccount",
          "EventSourceToken",
          "PrincipalOrgID",
          "InvokedViaFunctionUrl");

  private static final Question QUESTION =
      new Question(
          RequestId.random(),
          principal(Account.FIRST, "admin"),
          "127.0.0.1:1",
          "us-east-1",
          "POST",
          "/2015-03-31/functions/hello/policy",
          Map.of(),
          Map.of(),
          new byte[0]);

  private static final Model MODEL = Model.read();
  private static final InputReader READER = new InputReader(MODEL);
  private static final Validation VALIDATION = new Validation(MODEL);
  private static final Operations.Found FOUND =
      new Operations(MODEL)
          .find(QUESTION.method(), QUESTION.path(), QUESTION.query())
          .orElseThrow();

  private PolicyFuzz() {}

  private static Principal principal(Account account, String user) {
    return new Principal(account, user, Role.INVOKER, "key");
  }

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      ObjectNode given = READER.read(FOUND, new InputReader.Parts(Map.of(), Map.of(), input));
      VALIDATION.check(FOUND.operation(), given);
      var asked = new Asked(QUESTION, FOUND.operation(), given);
      ObjectNode principal = PolicyOperations.principal(asked.required("Principal"));
      ObjectNode statement = PolicyOperations.statement(asked, FUNCTION, "live", principal);
      ObjectNode policy = JsonMapper.shared().createObjectNode();
      policy.putArray("Statement").add(statement);
      judge(PolicyReader.read(policy), asked);
    } catch (Fault fault) {
      that(fault.status() / 100 == 4, "status %d: %s", fault.status(), fault.text());
    }
  }

  private static void judge(ResourcePolicy policy, Asked asked) {
    for (String action : List.of("lambda:InvokeFunction", "lambda:InvokeFunctionUrl")) {
      for (Optional<Principal> caller : CALLERS) {
        boolean permitted = policy.permits(new Wish(action, caller, FACTS));
        boolean expected =
            isAbout(asked, action)
                && isNamed(asked.required("Principal"), caller)
                && hasTrueConditions(asked);
        that(permitted == expected, "%s may %s: %s of %s", caller, action, permitted, asked);
      }
    }
  }

  private static boolean isAbout(Asked asked, String action) {
    String given = asked.required("Action");
    return given.equals(action) || given.equals("lambda:*");
  }

  private static boolean isNamed(String text, Optional<Principal> caller) {
    if (text.equals("*")) {
      return true;
    }
    return caller
        .map(known ->
            List.of(
                    known.account().text(),
                    "arn:aws:iam::" + known.account() + ":root",
                    "arn:aws:iam::" + known.account() + ":user/" + known.user())
                .contains(text))
        .orElse(false);
  }

  private static boolean hasTrueConditions(Asked asked) {
    boolean open = asked.text("FunctionUrlAuthType").map("NONE"::equals).orElse(true);
    return open && NEVER_TRUE.stream().noneMatch(asked.input()::has);
  }
}
