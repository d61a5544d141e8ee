package org.openlambda.control.lambda;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.openlambda.control.bundles.Bundles;
import org.openlambda.control.catalog.KeptVersion.KeptCode;
import org.openlambda.control.secrets.Sealer;
import org.openlambda.core.control.ControlApi.Archive;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.Digest;

/// Addresses at which code can be had for ten minutes without a key, as the service gives them.
/// What they are of and until when is sealed in them: nobody can make one up. Any thread.
final class Downloads {
  private static final Duration VALID = Duration.ofMinutes(10);
  private static final String OWNER = "download";

  private final Kept kept;
  private final Sealer sealer;

  Downloads(Kept kept, Sealer sealer) {
    this.kept = kept;
    this.sealer = sealer;
  }

  /// On the host and port that the client has found us at.
  String address(Question question, KeptCode code) {
    String text =
        "%s %s %d %d"
            .formatted(
                code.archive(), code.tree(), code.bytes(), kept.now().plus(VALID).getEpochSecond());
    byte[] sealed = sealer.seal(text.getBytes(StandardCharsets.US_ASCII), OWNER);
    return "%s://%s/archives/%s"
        .formatted(
            question.headers().getOrDefault(":scheme", "http"),
            question.headers().getOrDefault("host", "localhost"),
            Base64.getUrlEncoder().withoutPadding().encodeToString(sealed));
  }

  /// What an address was given for; the caller closes it.
  ///
  /// @param token its last part
  /// @return empty if it was not given here, or is too old
  Optional<Archive> open(String token) throws IOException {
    String[] parts;
    try {
      byte[] sealed = Base64.getUrlDecoder().decode(token);
      parts = new String(sealer.open(sealed, OWNER), StandardCharsets.US_ASCII).split(" ");
      if (parts.length != 4) {
        return Optional.empty(); // of an earlier version of this program
      }
    } catch (IllegalArgumentException | IllegalStateException e) {
      return Optional.empty();
    }
    if (Instant.ofEpochSecond(Long.parseLong(parts[3])).isBefore(kept.now())) {
      return Optional.empty();
    }
    try {
      var code =
          new Bundles.Kept(new Digest(parts[0]), new Digest(parts[1]), Long.parseLong(parts[2]));
      return Optional.of(new Archive(code.bytes(), kept.bundles().open(code)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }
}
