package org.openlambda.tests.served;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.tests.Server;

/// The public model of the AWS Lambda API, as boto3 has it, held against what a server says.
@Tag("root")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ModelByHttpTest {
  private Server server;
  private AwsClient client;

  @BeforeAll
  void serve(@TempDir Path data) throws IOException {
    server = Server.up(data, "127.0.0.1:0", "--key-requests", "100000");
    client = AwsClient.of(server);
  }

  @AfterAll
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void every_constraint_of_every_operation_is_told_when_it_is_broken() throws Exception {
    assertThat(client.figures("model_walk.py", "broken"))
        .matches("\\d{2} operations, \\d{4} constraints broken: each is told");
  }

  @Test
  void every_operation_is_answered_in_the_shape_of_the_model() throws Exception {
    assertThat(client.figures("model_walk.py", "granted"))
        .matches(
            "\\d{2} operations are answered as the model says, \\d{2} are not served and say so");
  }
}
