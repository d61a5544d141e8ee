package org.openlambda.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openlambda.core.time.Patience;

@Timeout(60)
class EndingTest {
  @Test
  void a_command_that_fails_while_it_ends_does_not_keep_the_jvm() throws Exception {
    var ending = new Ending();
    var hook = Thread.ofPlatform().start(ending::hold);
    assertThatThrownBy(
            () -> {
              try (ending) {
                ending.await();
                assertThat(hook.isAlive()).as("it waits for the command").isTrue();
                throw new IllegalStateException("nothing can be cleaned up");
              }
            })
        .hasMessage("nothing can be cleaned up");
    assertThat(hook.join(Patience.of(Duration.ofSeconds(5)))).isTrue();
  }
}
