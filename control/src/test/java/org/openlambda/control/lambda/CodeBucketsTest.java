package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.openlambda.core.function.Account;

class CodeBucketsTest {
  private static final Account OTHER = new Account("210987654321");

  @Test
  void without_a_word_no_account_takes_code_from_any_bucket() {
    assertThat(CodeBuckets.NONE.allow(Account.FIRST, "any")).isFalse();
  }

  @Test
  void buckets_are_allowed_to_all_accounts_or_to_one() {
    CodeBuckets buckets = CodeBuckets.parse("shared, 123456789012/first-only");
    assertThat(buckets.allow(OTHER, "shared")).isTrue();
    assertThat(buckets.allow(Account.FIRST, "first-only")).isTrue();
    assertThat(buckets.allow(OTHER, "first-only")).isFalse();
    assertThat(buckets.allow(Account.FIRST, "another")).isFalse();
    assertThat(buckets.allow(Account.FIRST, "*")).isFalse();
    assertThat(CodeBuckets.parse("*").allow(OTHER, "another")).isTrue();
    assertThat(CodeBuckets.parse("210987654321/*").allow(Account.FIRST, "another")).isFalse();
  }

  @Test
  void what_names_no_bucket_is_refused() {
    for (String wrong : List.of("", "a,", "s3://bucket", "1234/bucket", "b*", "../x")) {
      assertThatThrownBy(() -> CodeBuckets.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
