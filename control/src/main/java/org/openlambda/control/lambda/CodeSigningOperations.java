package org.openlambda.control.lambda;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.catalog.CodeSigning;
import org.openlambda.control.catalog.CodeSigning.Config;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.Setting;
import org.openlambda.control.catalog.Setting.Kind;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Code signing configurations, kept and answered. No signature is verified here: one that has
/// unsigned code refused would be a promise in vain, and is refused itself. Any thread.
final class CodeSigningOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int ID_LETTERS = 17;
  private static final List<String> MEMBERS =
      List.of("Description", "AllowedPublishers", "CodeSigningPolicies");

  private final Kept kept;
  private final Naming naming;
  private final CodeSigning configs = new CodeSigning();
  private final SecureRandom random = new SecureRandom();

  CodeSigningOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  ObjectNode create(Asked asked) throws Fault, Unavailable {
    ObjectNode first = MAPPER.createObjectNode().put("Description", "");
    first.putObject("CodeSigningPolicies").put("UntrustedArtifactOnDeployment", "Warn");
    var made = new Config(freshId(), given(asked, first), kept.now());
    kept.<Config, RuntimeException>change(
        asked,
        t -> {
          configs.put(t, account(asked), made);
          return made;
        });
    return one(asked, made);
  }

  private String freshId() {
    var id = new StringBuilder("csc-");
    for (int i = 0; i < ID_LETTERS; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  private static ObjectNode given(Asked asked, ObjectNode before) throws Fault {
    ObjectNode value = before.deepCopy();
    for (String member : MEMBERS) {
      if (asked.input().has(member)) {
        value.set(member, asked.input().get(member).deepCopy());
      }
    }
    if (value
        .path("CodeSigningPolicies")
        .path("UntrustedArtifactOnDeployment")
        .asString("")
        .equals("Enforce")) {
      throw Fault.invalid(
          "This server does not verify signatures: UntrustedArtifactOnDeployment can be Warn"
              + " only.");
    }
    return value;
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    return one(asked, kept.database().read(t -> found(t, asked)));
  }

  ObjectNode update(Asked asked) throws Fault, Unavailable {
    Config changed =
        kept.change(
            asked,
            t -> {
              Config before = found(t, asked);
              var after = new Config(before.id(), given(asked, before.value()), kept.now());
              configs.put(t, account(asked), after);
              return after;
            });
    return one(asked, changed);
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    kept.change(
        asked,
        t -> {
          Config config = found(t, asked);
          String arn = arn(asked.question(), config);
          if (!configs.functions(t, account(asked), arn, "", 1).isEmpty()) {
            throw Fault.conflict(
                "Cannot delete code signing configuration: functions have it, " + arn);
          }
          configs.delete(t, account(asked), config.id());
          return config;
        });
    return MAPPER.createObjectNode();
  }

  ObjectNode list(Asked asked) throws Unavailable {
    List<Config> rest =
        kept.database()
            .<List<Config>, RuntimeException>read(t ->
                configs.list(t, account(asked), asked.text("Marker").orElse(""), asked.most() + 1));
    return asked.page(
        "CodeSigningConfigs", rest, Config::id, config -> shown(asked.question(), config));
  }

  ObjectNode functions(Asked asked) throws Fault, Unavailable {
    List<String> rest =
        kept.database()
            .read(t -> {
              String arn = arn(asked.question(), found(t, asked));
              String marker = asked.text("Marker").orElse("");
              return configs.functions(t, account(asked), arn, marker, asked.most() + 1);
            });
    ObjectNode answer = MAPPER.createObjectNode();
    var arns = answer.putArray("FunctionArns");
    rest.stream()
        .limit(asked.most())
        .map(name -> new FunctionId(account(asked), new FunctionName(name)))
        .forEach(id -> arns.add(Naming.arn(asked.question(), id)));
    if (rest.size() > asked.most()) {
      answer.put("NextMarker", rest.get(asked.most() - 1));
    }
    return answer;
  }

  ObjectNode putOfFunction(Asked asked) throws Fault, Unavailable {
    ObjectNode value = MAPPER.createObjectNode();
    value.put("CodeSigningConfigArn", asked.required("CodeSigningConfigArn"));
    return kept.change(
        asked,
        t -> {
          found(t, asked);
          Function function = naming.function(t, asked);
          Setting after =
              function
                  .setting(Kind.CODE_SIGNING, "")
                  .map(before -> before.changed(value, kept.now()))
                  .orElseGet(() -> Setting.made(Kind.CODE_SIGNING, "", value, kept.now()));
          kept.catalog().put(t, function, after);
          return ofFunction(function, Optional.of(after));
        });
  }

  ObjectNode getOfFunction(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> naming.function(t, asked));
    return ofFunction(function, function.setting(Kind.CODE_SIGNING, ""));
  }

  ObjectNode deleteOfFunction(Asked asked) throws Fault, Unavailable {
    kept.change(
        asked,
        t -> {
          Function function = naming.function(t, asked);
          function
              .setting(Kind.CODE_SIGNING, "")
              .ifPresent(setting -> kept.catalog().delete(t, function, setting));
          return function;
        });
    return MAPPER.createObjectNode();
  }

  private static ObjectNode ofFunction(Function function, Optional<Setting> setting) {
    ObjectNode answer = MAPPER.createObjectNode();
    setting.ifPresent(s -> answer.setAll(s.value()));
    return answer.put("FunctionName", function.id().name().text());
  }

  /// The one whose ARN is given; the model has checked its form.
  private Config found(Transaction t, Asked asked) throws Fault {
    String arn = asked.required("CodeSigningConfigArn");
    return configs
        .find(t, account(asked), arn.substring(arn.lastIndexOf(':') + 1))
        .filter(config -> arn(asked.question(), config).equals(arn))
        .orElseThrow(() ->
            new Fault(
                404,
                asked.input().has("FunctionName")
                    ? "CodeSigningConfigNotFoundException"
                    : "ResourceNotFoundException",
                "The code signing configuration cannot be found. Check that the provided code"
                    + " signing configuration is not deleted: "
                    + arn));
  }

  private static Account account(Asked asked) {
    return asked.question().asker().account();
  }

  private static ObjectNode one(Asked asked, Config config) {
    ObjectNode answer = MAPPER.createObjectNode();
    answer.set("CodeSigningConfig", shown(asked.question(), config));
    return answer;
  }

  private static ObjectNode shown(Question question, Config config) {
    ObjectNode shown = config.value().deepCopy();
    shown.put("CodeSigningConfigId", config.id());
    shown.put("CodeSigningConfigArn", arn(question, config));
    return shown.put("LastModified", Description.time(config.modified()));
  }

  private static String arn(Question question, Config config) {
    return "arn:aws:lambda:%s:%s:code-signing-config:%s"
        .formatted(question.region(), question.asker().account(), config.id());
  }
}
