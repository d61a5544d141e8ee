package org.openlambda.control.lambda;

import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.openlambda.control.catalog.Function;
import org.openlambda.control.catalog.Setting;
import org.openlambda.control.catalog.Setting.Kind;
import org.openlambda.control.database.Transaction;
import org.openlambda.control.database.Unavailable;
import org.openlambda.control.model.Fault;
import org.openlambda.core.control.ControlApi.Question;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Function URLs. Any thread.
final class UrlOperations {
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final int ID_LETTERS = 32;
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz234567";

  private final Kept kept;
  private final Naming naming;
  private final SecureRandom random = new SecureRandom();

  UrlOperations(Kept kept, Naming naming) {
    this.kept = kept;
    this.naming = naming;
  }

  ObjectNode create(Asked asked) throws Fault, Unavailable {
    record Made(Function function, Setting url) {}
    Made made =
        kept.change(
            asked,
            t -> {
              Function function = function(t, asked);
              String qualifier = qualifier(asked);
              if (!qualifier.isEmpty() && !function.aliases().containsKey(qualifier)) {
                throw Fault.notFound("Function does not exist");
              }
              if (function.setting(Kind.URL, qualifier).isPresent()) {
                throw Fault.conflict(
                    ("Failed to create function url config for [functionArn = %s]. Error message: "
                            + " FunctionUrlConfig exists for this Lambda function")
                        .formatted(Naming.arn(asked.question(), function.id(), qualifier)));
              }
              ObjectNode value = MAPPER.createObjectNode();
              value.put("UrlId", freshId());
              Setting url = Setting.made(Kind.URL, qualifier, given(asked, value), kept.now());
              kept.catalog().put(t, function, url);
              return new Made(function, url);
            });
    kept.routes().refresh(made.function.id());
    return shown(asked.question(), made.function, made.url).without("LastModifiedTime");
  }

  private String freshId() {
    var id = new StringBuilder(ID_LETTERS);
    for (int i = 0; i < ID_LETTERS; i++) {
      id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  /// What was asked for, over what was before.
  private static ObjectNode given(Asked asked, ObjectNode before) {
    ObjectNode value = before.deepCopy();
    for (String member : List.of("AuthType", "Cors", "InvokeMode")) {
      if (asked.input().has(member)) {
        value.set(member, asked.input().get(member).deepCopy());
      }
    }
    return value;
  }

  ObjectNode get(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> found(t, asked));
    return complete(asked.question(), function, url(asked, function));
  }

  ObjectNode update(Asked asked) throws Fault, Unavailable {
    record Changed(Function function, Setting url) {}
    Changed changed =
        kept.change(
            asked,
            t -> {
              Function function = found(t, asked);
              Setting before = url(asked, function);
              Setting after = before.changed(given(asked, before.value()), kept.now());
              kept.catalog().put(t, function, after);
              return new Changed(function, after);
            });
    kept.routes().refresh(changed.function.id());
    return complete(asked.question(), changed.function, changed.url);
  }

  ObjectNode delete(Asked asked) throws Fault, Unavailable {
    Function function =
        kept.change(
            asked,
            t -> {
              Function there = found(t, asked);
              kept.catalog().delete(t, there, url(asked, there));
              return there;
            });
    kept.routes().refresh(function.id());
    return MAPPER.createObjectNode();
  }

  ObjectNode list(Asked asked) throws Fault, Unavailable {
    Function function = kept.database().read(t -> function(t, asked));
    String after = asked.text("Marker").orElse("");
    List<Setting> rest =
        function.settings().stream()
            .filter(setting -> setting.kind() == Kind.URL && marker(setting).compareTo(after) > 0)
            .sorted(Comparator.comparing(UrlOperations::marker))
            .toList();
    return asked.page(
        "FunctionUrlConfigs",
        rest,
        UrlOperations::marker,
        url -> complete(asked.question(), function, url));
  }

  /// The function's own comes first.
  private static String marker(Setting url) {
    return url.qualifier().isEmpty() ? "$" : url.qualifier();
  }

  private static Setting url(Asked asked, Function function) throws Fault {
    return function.setting(Kind.URL, qualifier(asked)).orElseThrow(UrlOperations::absent);
  }

  private static String qualifier(Asked asked) {
    return asked.text("Qualifier").orElse("");
  }

  private Function found(Transaction t, Asked asked) throws Fault {
    return kept.catalog().find(t, naming.named(asked).id()).orElseThrow(UrlOperations::absent);
  }

  private Function function(Transaction t, Asked asked) throws Fault {
    return kept.catalog()
        .find(t, naming.named(asked).id())
        .orElseThrow(() -> Fault.notFound("Function does not exist"));
  }

  private static Fault absent() {
    return Fault.notFound("The resource you requested does not exist.");
  }

  /// With what holds where nothing was said.
  private static ObjectNode complete(Question question, Function function, Setting url) {
    ObjectNode all = shown(question, function, url);
    all.putIfAbsent("InvokeMode", all.stringNode("BUFFERED"));
    return all;
  }

  private static ObjectNode shown(Question question, Function function, Setting url) {
    ObjectNode all = MAPPER.createObjectNode();
    all.put("FunctionUrl", address(question, url.value().get("UrlId").stringValue()));
    all.put("FunctionArn", Naming.arn(question, function.id(), url.qualifier()));
    all.setAll(url.value().deepCopy().without("UrlId"));
    all.put("CreationTime", Description.instant(url.created()));
    all.put("LastModifiedTime", Description.instant(url.modified()));
    return all;
  }

  /// On the host and port that the client has found us at; by the name `localhost` if that was an
  /// address, as names below it are this machine (RFC 6761).
  private static String address(Question question, String id) {
    String authority = Optional.ofNullable(question.headers().get("host")).orElse("localhost");
    int colon = authority.lastIndexOf(':');
    boolean hasPort = colon > 0 && authority.substring(colon).matches(":[0-9]{1,5}");
    String host = hasPort ? authority.substring(0, colon) : authority;
    boolean isAddress = host.startsWith("[") || host.matches("[0-9.]+");
    return "%s://%s.lambda-url.%s.%s%s/"
        .formatted(
            question.headers().getOrDefault(":scheme", "http"),
            id,
            question.region(),
            isAddress ? "localhost" : host,
            hasPort ? authority.substring(colon) : "");
  }
}
