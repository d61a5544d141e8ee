package org.openlambda.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.openlambda.cli.sam.SamFuzz;
import org.openlambda.control.archive.ArchiveFuzz;
import org.openlambda.control.archive.ZipFuzz;
import org.openlambda.control.cloudwatch.PatternFuzz;
import org.openlambda.control.config.ConfigFuzz;
import org.openlambda.control.lambda.PolicyFuzz;
import org.openlambda.gateway.aws.SignatureFuzz;
import org.openlambda.gateway.door.DoorFuzz;
import org.openlambda.gateway.url.UrlFuzz;
import org.openlambda.worker.bundle.BytecodeFuzz;
import org.openlambda.worker.link.LinkFuzz;
import org.openlambda.worker.zygote.ZygoteFuzz;

/// The short form of `./dev fuzz`: what is kept of each target, and inputs near it. The same inputs
/// every time.
@Timeout(120)
final class FuzzTest {
  private static final long SEED = 20_261_128;

  /// Holds a promise for every input, or throws.
  interface Target {
    void holds(byte[] input) throws Exception;
  }

  static Stream<Arguments> targets() {
    return Stream.of(
        target("link", LinkFuzz::fuzzerTestOneInput, 3000),
        target("zygote", ZygoteFuzz::fuzzerTestOneInput, 4000),
        target("bytecode", BytecodeFuzz::fuzzerTestOneInput, 1000),
        target("archive", ArchiveFuzz::fuzzerTestOneInput, 1000),
        target("zip", ZipFuzz::fuzzerTestOneInput, 1000),
        target("config", ConfigFuzz::fuzzerTestOneInput, 4000),
        target("door", DoorFuzz::fuzzerTestOneInput, 2000),
        target("url", UrlFuzz::fuzzerTestOneInput, 2000),
        target("signature", SignatureFuzz::fuzzerTestOneInput, 4000),
        target("pattern", PatternFuzz::fuzzerTestOneInput, 8000),
        target("policy", PolicyFuzz::fuzzerTestOneInput, 4000),
        target("sam", SamFuzz::fuzzerTestOneInput, 2000));
  }

  private static Arguments target(String corpus, Target target, int mutations) {
    return argumentSet(corpus, corpus, target, mutations);
  }

  @ParameterizedTest
  @MethodSource("targets")
  void a_target_withstands_what_is_kept_and_what_is_near(String name, Target target, int mutations)
      throws IOException {
    List<byte[]> corpus = Corpus.of(name);
    assertThat(corpus).isNotEmpty();
    for (byte[] input : corpus) {
      hold(target, input);
    }
    var near = new Mutations(corpus, SEED);
    for (int i = 0; i < mutations; i++) {
      hold(target, near.next());
    }
  }

  private static void hold(Target target, byte[] input) {
    try {
      target.holds(input);
    } catch (Exception | AssertionError found) {
      throw new AssertionError(
          "found with seed %d by the input (Base64) %s"
              .formatted(SEED, Base64.getEncoder().encodeToString(input)),
          found);
    }
  }
}
