package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openlambda.control.archive.Tar;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.identity.MovableTime;
import org.openlambda.core.control.ControlApi.Archive;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.identity.Role;
import org.openlambda.core.invocation.RequestId;

@Tag("root")
@Timeout(120)
@ExtendWith(FreshPlane.class)
class DownloadsTest {
  private static final Question QUESTION =
      new Question(
          RequestId.random(),
          new Principal(Plane.OWNER, "ada", Role.ADMIN, "AK"),
          "127.0.0.1:1",
          "us-east-1",
          "GET",
          "/",
          Map.of(),
          Map.of("host", "localhost:9000", ":scheme", "http"),
          new byte[0]);

  @Test
  void an_address_of_code_is_good_for_ten_minutes(Plane plane) throws Exception {
    var time = new MovableTime();
    Kept of = plane.kept;
    var downloads =
        new Downloads(
            new Kept(of.database(), of.catalog(), of.bundles(), of.routes(), of.quotas(), time),
            plane.sealer);
    byte[] archived = new Tar().file("f.py", "def f(event): return 1\n").gz();
    Bundles.Kept kept = of.bundles().keep(archived, Bundles.Format.TAR_GZ, (_, _) -> {});
    var code = new KeptCode(kept.archive(), kept.tree(), kept.bytes());
    String address = downloads.address(QUESTION, code);
    assertThat(address).startsWith("http://localhost:9000/archives/");
    String token = Path.of(URI.create(address).getPath()).getFileName().toString();
    time.pass(Duration.ofMinutes(10));
    Optional<Archive> open = downloads.open(token);
    assertThat(open).isPresent();
    try (Archive archive = open.get()) {
      assertThat(archive.content().readAllBytes()).isEqualTo(archived);
    }
    assertThat(downloads.open(token.substring(1))).as("made up").isEmpty();
    time.pass(Duration.ofSeconds(1));
    assertThat(downloads.open(token)).isEmpty();
  }
}
