package org.openlambda.control.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.core.control.ControlApi.Archive;

@Tag("root")
@Timeout(120)
class DownloadsTest {
  @Test
  void an_address_of_code_is_good_for_ten_minutes(@TempDir Path folder) throws Exception {
    try (var plane = new TestPlane(folder, TestPlane.usual())) {
      byte[] zip = TestPlane.zip("x = 1");
      Bundles.Kept kept = plane.bundles.keep(zip, Bundles.Format.ZIP, (_, _) -> {});
      var code = new KeptCode(kept.archive(), kept.tree(), kept.bytes());
      String address = plane.downloads.address(TestPlane.question("GET", "/", ""), code);
      assertThat(address).startsWith("http://localhost:9000/archives/");
      String token = Path.of(URI.create(address).getPath()).getFileName().toString();
      plane.time.pass(Duration.ofMinutes(10));
      Optional<Archive> open = plane.downloads.open(token);
      assertThat(open).isPresent();
      try (Archive archive = open.get()) {
        assertThat(archive.content().readAllBytes()).isEqualTo(zip);
      }
      assertThat(plane.downloads.open(token.substring(1))).as("made up").isEmpty();
      plane.time.pass(Duration.ofSeconds(1));
      assertThat(plane.downloads.open(token)).isEmpty();
    }
  }
}
