package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openlambda.control.lambda.Plane.FUNCTIONS;
import static org.openlambda.control.lambda.Plane.LAYERS;
import static org.openlambda.control.lambda.Plane.OWNER;
import static org.openlambda.control.lambda.Plane.STRANGER;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openlambda.control.lambda.Plane.Said;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.Version;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Which other accounts may use a layer.
@Tag("root")
@Timeout(120)
@ExtendWith(FreshPlane.class)
final class LayerPolicyTest {
  private static final String WORDS = LAYERS + "/words/versions";
  private static final String POLICY = WORDS + "/1/policy";
  private static final String ARN = "arn:aws:lambda:us-east-1:123456789012:layer:words";
  private static final String DENIED =
      "User: arn:aws:iam::210987654321:user/ada is not authorized to perform:"
          + " lambda:GetLayerVersion on resource: %s because no resource-based policy allows the"
          + " lambda:GetLayerVersion action";
  private static final String NONE = "No policy is associated with the given resource.";
  private static final String STALE = "Call the GetLayerPolicy API to retrieve the latest Revision";

  private Plane plane;

  @BeforeEach
  void open(Plane fresh) {
    plane = fresh;
    plane.ask("POST", WORDS, "Content", Map.of("ZipFile", Plane.zip(10))).granted();
  }

  private Said permit(String sid, String principal, Object... more) {
    Object[] usual = {
      "StatementId", sid, "Action", "lambda:GetLayerVersion", "Principal", principal,
    };
    Object[] all = Arrays.copyOf(usual, usual.length + more.length);
    System.arraycopy(more, 0, all, usual.length, more.length);
    return plane.ask("POST", POLICY, all);
  }

  private Said used(String arn) {
    return plane.create(STRANGER, "f" + System.nanoTime(), 10, "Layers", List.of(arn));
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }

  @Test
  void a_policy_grows_and_shrinks_with_another_revision_each_time() {
    plane.ask("GET", POLICY).refused(404, NONE);
    plane.ask("DELETE", POLICY + "/one").refused(404, NONE);
    Said one = permit("one", "210987654321").granted();
    assertThat(one.status()).isEqualTo(201);
    assertThat(json(one.text("Statement")))
        .isEqualTo(
            json(
                """
                {"Sid": "one", "Effect": "Allow",
                 "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
                 "Action": "lambda:GetLayerVersion", "Resource": "%s:1"}
                """
                    .formatted(ARN)));
    permit("one", "*").refused(409, "The statement id (one) provided already exists.");
    plane
        .ask(
            "POST",
            POLICY + "?RevisionId=another",
            "StatementId",
            "two",
            "Action",
            "lambda:GetLayerVersion",
            "Principal",
            "*")
        .refused(412, STALE);
    Said two = permit("two", "*", "OrganizationId", "o-abcdefghij").granted();
    assertThat(json(two.text("Statement")).at("/Condition/StringEquals/aws:PrincipalOrgID"))
        .isEqualTo(json("\"o-abcdefghij\""));
    assertThat(two.text("RevisionId")).isNotEqualTo(one.text("RevisionId"));
    Said got = plane.ask("GET", POLICY).granted();
    assertThat(got.text("RevisionId")).isEqualTo(two.text("RevisionId"));
    JsonNode policy = json(got.text("Policy"));
    assertThat(policy.get("Version").stringValue()).isEqualTo("2012-10-17");
    assertThat(policy.get("Id").stringValue()).isEqualTo("default");
    assertThat(policy.get("Statement").size()).isEqualTo(2);
    plane
        .ask("DELETE", POLICY + "/none")
        .refused(404, "Statement none is not found in resource policy.");
    String stale = POLICY + "/one?RevisionId=" + one.text("RevisionId");
    plane.ask("DELETE", stale).refused(412, STALE);
    String right = POLICY + "/one?RevisionId=" + two.text("RevisionId");
    assertThat(plane.ask("DELETE", right).status()).isEqualTo(204);
    plane.ask("DELETE", POLICY + "/two").granted();
    plane.ask("GET", POLICY).refused(404, NONE);
  }

  @Test
  void a_policy_has_at_most_20_kib() {
    Said said = permit("s".repeat(90), "*").granted();
    for (int i = 0; said.status() == 201; i++) {
      assertThat(plane.ask("GET", POLICY).granted().text("Policy").length()).isLessThan(21 * 1024);
      said = permit("s".repeat(90) + i, "*");
    }
    said.refused(400, "The final policy size (");
    assertThat(plane.ask("GET", POLICY).text("Policy").length()).isGreaterThan(20 * 1000);
  }

  @Test
  void what_is_not_there_has_no_policy_and_gets_none() {
    String absent = WORDS + "/7/policy";
    plane
        .ask(
            "POST",
            absent,
            "StatementId",
            "s",
            "Action",
            "lambda:GetLayerVersion",
            "Principal",
            "*")
        .refused(404, "Layer version " + ARN + ":7 does not exist.");
    plane.ask("GET", absent).refused(404, "The resource you requested does not exist.");
    plane.ask("DELETE", absent + "/s").refused(404, "Layer version " + ARN + ":7 does not exist.");
    permit("s", "s3.amazonaws.com").refused(400, "at 'principal' failed to satisfy constraint");
    plane
        .ask("POST", POLICY, "StatementId", "s", "Action", "lambda:*", "Principal", "*")
        .refused(400, "at 'action' failed to satisfy constraint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "210987654321", "arn:aws:iam::210987654321:root"})
  void another_account_uses_it_as_long_as_it_is_permitted_and_keeps_what_it_has(String principal) {
    used(ARN + ":1").refused(403, DENIED.formatted(ARN + ":1"));
    permit("s", principal).granted();
    Said made = used(ARN + ":1").granted();
    String name = made.text("FunctionName");
    assertThat(made.body().at("/Layers/0/Arn").stringValue()).isEqualTo(ARN + ":1");
    String got = LAYERS + "/" + ARN.replace(":", "%3A") + "/versions/1";
    assertThat(plane.ask(STRANGER, "GET", got).granted().text("LayerVersionArn"))
        .isEqualTo(ARN + ":1");
    String byArn = LAYERS + "?find=LayerVersion&Arn=" + ARN + ":1";
    assertThat(plane.ask(STRANGER, "GET", byArn).granted().text("LayerArn")).isEqualTo(ARN);
    plane.ask("DELETE", POLICY + "/s").granted();
    used(ARN + ":1").refused(403, DENIED.formatted(ARN + ":1"));
    plane.ask(STRANGER, "GET", got).refused(403, DENIED.formatted(ARN + ":1"));
    plane.ask("DELETE", WORDS + "/1").granted();
    assertThat(
            plane
                .ask(STRANGER, "PUT", FUNCTIONS + "/" + name + "/configuration", "Timeout", 9)
                .granted()
                .body()
                .at("/Layers/0/Arn")
                .stringValue())
        .isEqualTo(ARN + ":1");
    var id = new FunctionId(STRANGER, new FunctionName(name));
    assertThat(plane.routes.find(id, Version.LATEST).orElseThrow().code().layers()).isPresent();
  }

  @Test
  void nobody_else_may_and_what_is_not_there_is_refused_alike() {
    permit("other", "999999999999").granted();
    permit("organisation", "*", "OrganizationId", "o-abcdefghij").granted();
    for (String arn : List.of(ARN + ":1", ARN + ":2", ARN + "s:1")) {
      used(arn).refused(403, DENIED.formatted(arn));
      String byArn = LAYERS + "?find=LayerVersion&Arn=" + arn;
      plane.ask(STRANGER, "GET", byArn).refused(403, DENIED.formatted(arn));
    }
    String layer = LAYERS + "/" + ARN.replace(":", "%3A") + "/versions";
    permit("open", "*").granted();
    for (String[] request :
        new String[][] {
          {"GET", layer},
          {"GET", layer + "/1/policy"},
          {"DELETE", layer + "/1/policy/open"},
          {"DELETE", layer + "/1"},
        }) {
      plane
          .ask(STRANGER, request[0], request[1])
          .refused(404, "The resource you requested does not exist.");
    }
    assertThat(plane.ask(OWNER, "GET", POLICY).granted().text("Policy")).contains("open");
  }
}
