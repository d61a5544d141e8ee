package org.openlambda.control.lambda;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.catalog.Alias;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.KeptVersion;
import org.openlambda.control.catalog.KeptVersion.Progress;
import org.openlambda.control.catalog.OwnConfiguration;
import org.openlambda.control.catalog.Translation;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.Digest;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What is kept, in the shapes of the API. Any thread.
final class Description {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'").withZone(ZoneOffset.UTC);

  private Description() {}

  /// A `FunctionConfiguration`.
  ///
  /// @param qualifier that the ARN ends in; empty for the function's own
  static ObjectNode version(
      Question question, Function function, KeptVersion version, Optional<String> qualifier) {
    ObjectNode all = listed(question, function, version, qualifier);
    runtimeVersion(question, version, all);
    state(version.progress(), all);
    return all;
  }

  /// The same as lists have it: without its state.
  static ObjectNode listed(
      Question question, Function function, KeptVersion version, Optional<String> qualifier) {
    ObjectNode all = MAPPER.createObjectNode();
    String arn = Naming.arn(question, function.id());
    all.put("FunctionName", function.id().name().text());
    all.put("FunctionArn", qualifier.map(q -> arn + ":" + q).orElse(arn));
    all.setAll(version.configuration());
    all.remove(List.of(OwnConfiguration.MEMBER, Translation.LAYERS));
    version
        .environment()
        .ifPresent(pairs -> {
          ObjectNode variables = all.putObject("Environment").putObject("Variables");
          pairs.forEach(variables::put);
        });
    all.put("CodeSize", version.code().bytes());
    all.put("CodeSha256", base64(version.code().archive()));
    all.put("Version", version.label());
    all.put("LastModified", time(version.modified()));
    all.put("RevisionId", version.revision().toString());
    return all;
  }

  private static void runtimeVersion(Question question, KeptVersion version, ObjectNode all) {
    String runtime = version.configuration().path("Runtime").asString("");
    Digest digest = version.code().archive();
    all.putObject("RuntimeVersionConfig")
        .put(
            "RuntimeVersionArn",
            "arn:aws:lambda:%s::runtime:%s-%s"
                .formatted(question.region(), runtime, digest.brief()));
  }

  private static void state(Progress progress, ObjectNode all) {
    switch (progress) {
      case CREATING -> {
        all.put("State", "Pending");
        all.put("StateReason", "The function is being created.");
        all.put("StateReasonCode", "Creating");
      }
      case UPDATING -> {
        all.put("State", "Active");
        all.put("LastUpdateStatus", "InProgress");
        all.put("LastUpdateStatusReason", "The function is being created.");
        all.put("LastUpdateStatusReasonCode", "Creating");
      }
      case SETTLED -> {
        all.put("State", "Active");
        all.put("LastUpdateStatus", "Successful");
      }
    }
  }

  /// An `AliasConfiguration`.
  static ObjectNode alias(Question question, Function function, Alias alias) {
    ObjectNode all = MAPPER.createObjectNode();
    all.put("AliasArn", Naming.arn(question, function.id()) + ":" + alias.name());
    all.put("Name", alias.name());
    all.put("FunctionVersion", label(alias.version()));
    all.put("Description", alias.description());
    alias
        .other()
        .ifPresent(share ->
            all.putObject("RoutingConfig")
                .putObject("AdditionalVersionWeights")
                .put(label(share.version()), share.weight()));
    all.put("RevisionId", alias.revision().toString());
    return all;
  }

  private static String label(int number) {
    return number == 0 ? "$LATEST" : Integer.toString(number);
  }

  /// As the API writes digests.
  static String base64(Digest digest) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(digest.hex()));
  }

  /// As function URLs have it.
  static String instant(Instant when) {
    return when.truncatedTo(ChronoUnit.MICROS).toString();
  }

  static String time(Instant when) {
    return TIME.format(when);
  }
}
