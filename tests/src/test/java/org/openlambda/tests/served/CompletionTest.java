package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openlambda.tests.Server;

/// `ol completion` as it is installed, with the commands of all rooms.
final class CompletionTest {
  @ParameterizedTest
  @CsvSource({
    "bash, complete -F _complete_ol",
    "zsh, autoload -U +X bashcompinit && bashcompinit",
    "fish, complete -c ol -n '__ol_is users' -a set-password"
  })
  void each_shell_is_taught(String shell, String line) throws Exception {
    Server.Ended ended = Server.run("completion", shell);
    assertThat(ended.status()).as(ended.output()).isZero();
    assertThat(ended.output()).contains(line, "rollback", "doctor", "bench");
  }
}
