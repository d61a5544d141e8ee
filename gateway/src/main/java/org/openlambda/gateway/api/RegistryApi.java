package org.openlambda.gateway.api;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openlambda.core.bundle.CodeAway;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.NotUploaded;
import org.openlambda.core.function.Registry;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.core.function.Registry.Lookup;
import org.openlambda.core.function.Version;
import org.openlambda.gateway.door.Exchange;
import org.openlambda.gateway.door.Problem;
import org.openlambda.gateway.router.Refusals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// OpenLambda's `/registry`: what is installed, upload and removal; and `/api/v1/functions`.
final class RegistryApi {
  private static final Logger log = LoggerFactory.getLogger(RegistryApi.class);

  private static final String CONFIG = "/config";

  private final Registry registry;

  RegistryApi(Registry registry) {
    this.registry = registry;
  }

  /// Answers for `/registry/<name>` and `/registry/<name>/config`.
  ///
  /// @param rest what follows `/registry/`
  void serve(Exchange exchange, String rest) {
    boolean config = rest.endsWith(CONFIG);
    String text = config ? rest.substring(0, rest.length() - CONFIG.length()) : rest;
    if (!FunctionName.isValid(text)) {
      exchange.answer(Refusals.badName(text));
      return;
    }
    var name = new FunctionName(text);
    if (config) {
      Api.read(exchange, asked -> config(asked, name));
    } else {
      change(exchange, name);
    }
  }

  /// `/registry`: all names.
  void names(Exchange exchange) {
    Json.answer(exchange, registry.names().stream().map(FunctionName::text).toList());
  }

  private void change(Exchange exchange, FunctionName name) {
    String method = exchange.method();
    if (!method.equals("POST") && !method.equals("DELETE")) {
      Api.methodNotAllowed(exchange, "POST, DELETE");
    } else if (!isOwnOrigin(exchange)) {
      exchange.answer(foreignOrigin());
    } else if (method.equals("POST")) {
      install(exchange, name);
    } else {
      remove(exchange, name);
    }
  }

  /// A page of another site can make a browser send us a POST: it says so in `Origin`.
  private static boolean isOwnOrigin(Exchange exchange) {
    var origin = exchange.header("origin");
    return origin.isEmpty()
        || (origin.get().startsWith("http://") && exchange.isOwnHost(origin.get().substring(7)))
        || (origin.get().startsWith("https://") && exchange.isOwnHost(origin.get().substring(8)));
  }

  private static Problem foreignOrigin() {
    return Problem.of(
        403,
        "route",
        "foreign-origin",
        "Another site's page may not change functions",
        "The request's Origin is another site.",
        "Use 'ol', or a page served from this host.");
  }

  private void install(Exchange exchange, FunctionName name) {
    var archive = new BodyStream(exchange.body());
    try {
      registry.install(name, archive);
      Json.text(exchange, 201, "Lambda " + name + " uploaded successfully");
    } catch (BadBundle bad) {
      exchange.answer(exchange.bodyFault().orElseGet(() -> badBundle(bad)));
    } catch (CodeAway e) {
      log.warn("request {}: cannot install {}: {}", exchange.id(), name, e.getMessage());
      exchange.answer(codeAway());
    } catch (IOException e) {
      if (archive.isBroken()) {
        log.debug("request {}: upload of {} broke off: {}", exchange.id(), name, e.getMessage());
      } else {
        log.warn("request {}: cannot install {}", exchange.id(), name, e);
      }
      exchange.answer(exchange.bodyFault().orElseGet(() -> diskFailed("installed", name)));
    }
  }

  private static Problem codeAway() {
    return Problem.of(
            503,
            "route",
            "code-away",
            "Code cannot be kept now",
            "The bucket that keeps it does not answer; nothing was changed.",
            "Try again after the time in Retry-After.")
        .retryAfter(Duration.ofSeconds(1));
  }

  private static Problem badBundle(BadBundle bad) {
    return Problem.of(
        400,
        "route",
        "bad-bundle",
        "The bundle cannot be served",
        String.join("; ", bad.problems()),
        "Correct what is named and upload again; nothing has changed.");
  }

  private static Problem diskFailed(String what, FunctionName name) {
    return Problem.of(
        500,
        "route",
        "registry-failed",
        "The registry could not be changed",
        "'" + name + "' was not " + what + "; nothing has changed.",
        "Try again; the server's log names the cause under this request id.");
  }

  private static Problem notUploaded(NotUploaded why) {
    return Problem.of(
        409,
        "registry",
        "not-uploaded",
        "The function was not uploaded",
        String.valueOf(why.getMessage()),
        "Delete its folder; the registry forgets it then.");
  }

  private void remove(Exchange exchange, FunctionName name) {
    try {
      if (registry.remove(name)) {
        Json.text(exchange, 200, "Lambda " + name + " deleted successfully");
      } else {
        exchange.answer(Refusals.unknown(name));
      }
    } catch (NotUploaded e) {
      exchange.answer(notUploaded(e));
    } catch (IOException e) {
      log.warn("request {}: cannot remove {}", exchange.id(), name, e);
      exchange.answer(diskFailed("removed", name));
    }
  }

  /// In the form of OpenLambda's Go structs.
  private void config(Exchange exchange, FunctionName name) {
    switch (registry.find(name)) {
      case Lookup.Found(Version version) -> Json.answer(exchange, config(version.config()));
      case Lookup.Broken(_, List<String> problems) ->
          exchange.answer(Refusals.broken(name, problems));
      case Lookup.Unknown _ -> exchange.answer(Refusals.unknown(name));
    }
  }

  private static Map<String, Object> config(FunctionConfig config) {
    var triggers = new LinkedHashMap<String, Object>();
    triggers.put(
        "HTTP", config.methods().stream().map(method -> Map.of("Method", method)).toList());
    triggers.put("Cron", null);
    triggers.put("Kafka", null);
    var all = new LinkedHashMap<String, Object>();
    all.put("Triggers", triggers);
    all.put("Environment", config.environment());
    all.put("ReuseSandbox", config.reuseSandbox());
    return all;
  }

  /// `/api/v1/functions`: every function with its version and limits, or what is wrong with it.
  void functions(Exchange exchange) {
    var functions = new ArrayList<Map<String, Object>>();
    for (FunctionName name : registry.names()) {
      switch (registry.find(name)) {
        case Lookup.Found(Version version) -> functions.add(described(version));
        case Lookup.Broken(_, List<String> problems) ->
            functions.add(Map.of("name", name.text(), "problems", problems));
        case Lookup.Unknown _ -> {
          // removed meanwhile
        }
      }
    }
    Json.answer(exchange, functions);
  }

  private static Map<String, Object> described(Version version) {
    var limits = version.config().limits();
    var described = new LinkedHashMap<String, Object>();
    described.put("name", version.name().text());
    described.put("version", version.code().digest().brief());
    described.put("methods", version.config().methods());
    described.put("memory_mb", limits.memory().inMebi());
    described.put("timeout_ms", limits.timeout().toMillis());
    described.put("procs", limits.processes());
    described.put("cpus", limits.cpus());
    described.put("tmp_mb", limits.tmp().inMebi());
    described.put("network", limits.network().name().toLowerCase(Locale.ROOT));
    described.put("reuse_sandbox", version.config().reuseSandbox());
    return described;
  }
}
