package org.openlambda.core.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.route.ResourcePolicy.Condition;
import org.openlambda.core.route.ResourcePolicy.Grantee;
import org.openlambda.core.route.ResourcePolicy.Statement;
import org.openlambda.core.route.ResourcePolicy.Wish;

class ResourcePolicyTest {
  private static final String INVOKE = "lambda:InvokeFunction";
  private static final Account ONE = new Account("111111111111");
  private static final Account TWO = new Account("222222222222");
  private static final Principal ADA = new Principal(ONE, "ada", Role.INVOKER, "AKIAADA");

  private static ResourcePolicy policy(Grantee grantee, Condition... conditions) {
    return new ResourcePolicy(List.of(new Statement(grantee, INVOKE, List.of(conditions))));
  }

  private static Wish wish(String action, Optional<Principal> caller, Map<String, String> facts) {
    return new Wish(action, caller, facts);
  }

  private static boolean invokes(ResourcePolicy policy, Optional<Principal> caller) {
    return policy.permits(wish(INVOKE, caller, Map.of()));
  }

  @Test
  void without_a_statement_nobody_may() {
    assertThat(invokes(ResourcePolicy.NONE, Optional.of(ADA))).isFalse();
  }

  @Test
  void everybody_is_also_who_is_not_known() {
    assertThat(invokes(policy(new Grantee.Everybody()), Optional.empty())).isTrue();
  }

  @Test
  void an_account_means_all_its_users_and_a_user_only_that_one() {
    assertThat(invokes(policy(new Grantee.AllOf(ONE)), Optional.of(ADA))).isTrue();
    assertThat(invokes(policy(new Grantee.AllOf(TWO)), Optional.of(ADA))).isFalse();
    assertThat(invokes(policy(new Grantee.AllOf(ONE)), Optional.empty())).isFalse();
    assertThat(invokes(policy(new Grantee.User(ONE, "ada")), Optional.of(ADA))).isTrue();
    assertThat(invokes(policy(new Grantee.User(ONE, "bob")), Optional.of(ADA))).isFalse();
    assertThat(invokes(policy(new Grantee.User(TWO, "ada")), Optional.of(ADA))).isFalse();
  }

  @Test
  void a_service_is_nobody_at_the_door() {
    assertThat(invokes(policy(new Grantee.Service("s3.amazonaws.com")), Optional.of(ADA)))
        .isFalse();
  }

  @Test
  void another_action_is_not_permitted() {
    var policy = policy(new Grantee.Everybody());
    assertThat(policy.permits(wish("lambda:InvokeFunctionUrl", Optional.of(ADA), Map.of())))
        .isFalse();
  }

  @Test
  void every_condition_must_hold_and_an_unknown_fact_does_not() {
    var open = new Condition("lambda:functionurlauthtype", "NONE", false);
    var like = new Condition("aws:sourcearn", "arn:aws:s3:::buck?t*", true);
    var policy = policy(new Grantee.Everybody(), open, like);
    var facts =
        Map.of("lambda:functionurlauthtype", "NONE", "aws:sourcearn", "arn:aws:s3:::bucket1");
    assertThat(policy.permits(wish(INVOKE, Optional.empty(), facts))).isTrue();
    assertThat(policy.permits(wish(INVOKE, Optional.empty(), Map.of()))).isFalse();
    var other = Map.of("lambda:functionurlauthtype", "NONE", "aws:sourcearn", "arn:aws:s3:::b.ckt");
    assertThat(policy.permits(wish(INVOKE, Optional.empty(), other))).isFalse();
  }
}
