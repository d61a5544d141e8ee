package org.openlambda.gateway.aws;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.openlambda.core.function.Account;
import org.openlambda.core.function.FunctionId;
import org.openlambda.core.function.FunctionName;
import org.openlambda.core.function.FunctionReference;
import org.openlambda.core.function.Version;
import org.openlambda.core.identity.Principal;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Journal;
import org.openlambda.core.invocation.Outcome;
import org.openlambda.core.invocation.Payload;
import org.openlambda.core.route.ResourcePolicy;
import org.openlambda.core.route.Routes;
import org.openlambda.gateway.aws.AwsFault.Refused;
import org.openlambda.gateway.aws.Signatures.Signed;
import org.openlambda.gateway.door.Exchange;
import tools.jackson.databind.json.JsonMapper;

/// `Invoke` and `InvokeWithResponseStream`: call a function and answer with what it gives. Safe for
/// any thread; blocks as long as the function runs.
final class InvokeDoor {
  private static final int TAIL_BYTES = 4 * 1024;

  private final Routes routes;
  private final EventCalls calls;
  private final Journal journal;

  InvokeDoor(Routes routes, EventCalls calls, Journal journal) {
    this.routes = routes;
    this.calls = calls;
    this.journal = journal;
  }

  /// What is to be called.
  private record Target(FunctionId function, String qualifier, String arn) {}

  /// @param function as the path names it, decoded
  void invoke(Exchange exchange, Signed caller, String function, byte[] body) throws Refused {
    CallInput.require(exchange, function, CallInput.TYPES);
    Target target = target(exchange, caller, function);
    Version version = version(caller, target);
    switch (exchange.header("x-amz-invocation-type").orElse("RequestResponse")) {
      case "RequestResponse" -> call(exchange, version, target, body);
      case "DryRun" -> exchange.answer(204, identification(exchange, version), new byte[0]);
      case "Event" ->
          throw new Refused(
              AwsFault.of(
                  501,
                  "NotImplementedException",
                  "InvocationType Event is not served by this server yet: use RequestResponse."));
      case String other -> throw new IllegalStateException("CallInput let through: " + other);
    }
  }

  private Target target(Exchange exchange, Signed caller, String text) throws Refused {
    Optional<FunctionReference> parsed = FunctionReference.parse(text);
    if (parsed.isEmpty() || !FunctionName.isValid(parsed.get().name())) {
      throw new Refused(
          AwsFault.of(
              400,
              "ValidationException",
              ("1 validation error detected: Value '%s' at 'functionName' failed to satisfy"
                      + " constraint: Member must be the name or ARN of a function")
                  .formatted(text)));
    }
    FunctionReference reference = parsed.get();
    if (reference.region().filter(r -> !r.equals(caller.region())).isPresent()) {
      throw new Refused(
          AwsFault.of(
              404,
              "ResourceNotFoundException",
              "Functions from '%s' are not reachable in this region ('%s')"
                  .formatted(reference.region().get(), caller.region())));
    }
    Account account = reference.account().map(Account::new).orElse(caller.principal().account());
    var function = new FunctionId(account, new FunctionName(reference.name()));
    String arn = FunctionReference.arn(caller.region(), function);
    Optional<String> parameter = CallInput.qualifier(exchange);
    if (parameter.isPresent()
        && reference.qualifier().isPresent()
        && !parameter.equals(reference.qualifier())) {
      throw new Refused(
          AwsFault.of(
              400,
              "InvalidParameterValueException",
              "The derived qualifier from the function name does not match the specified"
                  + " qualifier."));
    }
    Optional<String> qualifier = parameter.or(reference::qualifier);
    var target =
        new Target(
            function,
            qualifier.orElse(Version.LATEST),
            qualifier.map(q -> arn + ":" + q).orElse(arn));
    requirePermission(caller.principal(), target);
    return target;
  }

  /// Whoever belongs to another account needs the function's permission, and learns nothing about
  /// it otherwise, not even whether it is there.
  private void requirePermission(Principal caller, Target target) throws Refused {
    if (caller.account().equals(target.function.account())) {
      return;
    }
    var wish = new ResourcePolicy.Wish("lambda:InvokeFunction", Optional.of(caller), Map.of());
    if (!routes.policy(target.function, target.qualifier).permits(wish)) {
      throw new Refused(
          AwsFault.of(
              403,
              "AccessDeniedException",
              ("User: arn:aws:iam::%s:user/%s is not authorized to perform: lambda:InvokeFunction"
                      + " on resource: %s because no resource-based policy allows the"
                      + " lambda:InvokeFunction action")
                  .formatted(caller.account(), caller.user(), target.arn)));
    }
  }

  private Version version(Signed caller, Target target) throws Refused {
    return routes
        .find(target.function, target.qualifier)
        .orElseThrow(() ->
            new Refused(AwsFault.notFound(caller.region(), target.function, target.qualifier)));
  }

  private void call(Exchange exchange, Version version, Target target, byte[] body) throws Refused {
    try (WholeReply reply = calls.wholeReply(version)) {
      Outcome outcome = calls.runWhole(exchange, version, event(exchange, target, body), reply);
      FunctionAnswer answer = recorded(exchange, version, outcome);
      var headers = new ArrayList<>(identification(exchange, version));
      headers.add(new Header("content-type", "application/json"));
      answer.error().ifPresent(kind -> headers.add(new Header("x-amz-function-error", kind)));
      if (wantsTail(exchange)) {
        headers.add(new Header("x-amz-log-result", tail(exchange)));
      }
      exchange.answer(200, headers, answer.payload());
    }
  }

  /// `InvokeWithResponseStream`: what the function gives goes out as it comes; what goes wrong
  /// after that is told in the last message.
  ///
  /// @param function as the path names it, decoded
  void stream(Exchange exchange, Signed caller, String function, byte[] body) throws Refused {
    CallInput.require(exchange, function, CallInput.STREAM_TYPES);
    Target target = target(exchange, caller, function);
    Version version = version(caller, target);
    if (exchange.header("x-amz-invocation-type").filter("DryRun"::equals).isPresent()) {
      exchange.answer(204, identification(exchange, version), new byte[0]);
      return;
    }
    var reply = new StreamReply(exchange, identification(exchange, version));
    Outcome outcome = calls.run(exchange, version, event(exchange, target, body), reply);
    boolean begun = exchange.isAnswered();
    try {
      if (outcome instanceof Outcome.Returned(Payload.Streamed _, _)) {
        calls.record(exchange, version, outcome, 200);
        reply.complete(ending(exchange, Optional.empty()));
      } else {
        complete(exchange, reply, recorded(exchange, version, outcome));
      }
    } catch (IOException gone) {
      exchange.abort();
    } catch (Refused refused) {
      if (!begun) {
        throw refused;
      }
      exchange.abort();
    }
  }

  private void complete(Exchange exchange, StreamReply reply, FunctionAnswer answer)
      throws IOException {
    if (answer.error().isEmpty()) {
      reply.start(200, List.of(new Header("content-type", "application/json")));
      reply.write(answer.payload());
      reply.complete(ending(exchange, Optional.empty()));
    } else {
      reply.complete(ending(exchange, Optional.of(answer)));
    }
  }

  /// The last message of a stream.
  private byte[] ending(Exchange exchange, Optional<FunctionAnswer> failed) {
    var members = new LinkedHashMap<String, String>();
    failed.ifPresent(answer -> {
      members.put("ErrorCode", "Unhandled");
      members.put("ErrorDetails", new String(answer.payload(), StandardCharsets.UTF_8));
    });
    if (wantsTail(exchange)) {
      members.put("LogResult", tail(exchange));
    }
    return JsonMapper.shared().writeValueAsBytes(members);
  }

  private static EventCalls.Event event(Exchange exchange, Target target, byte[] body) {
    return new EventCalls.Event(target.arn, exchange.header("x-amz-client-context"), body);
  }

  /// What is answered, noted before its caller knows it.
  private FunctionAnswer recorded(Exchange exchange, Version version, Outcome outcome)
      throws Refused {
    try {
      FunctionAnswer answer = FunctionAnswer.to(exchange.id(), outcome);
      calls.record(exchange, version, outcome, 200);
      return answer;
    } catch (Refused refused) {
      calls.record(exchange, version, outcome, refused.fault().status());
      throw refused;
    }
  }

  private static boolean wantsTail(Exchange exchange) {
    return exchange.header("x-amz-log-type").filter("Tail"::equals).isPresent();
  }

  private static List<Header> identification(Exchange exchange, Version version) {
    return List.of(
        new Header("x-amzn-requestid", exchange.id().text()),
        new Header("x-amz-executed-version", version.number()));
  }

  /// The last 4 KB of what this call wrote, in base64.
  private String tail(Exchange exchange) {
    var text = new StringBuilder();
    journal.lines(exchange.id()).forEach(line -> text.append(line.text()).append('\n'));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    int from = Math.max(0, bytes.length - TAIL_BYTES);
    return Base64.getEncoder().encodeToString(Arrays.copyOfRange(bytes, from, bytes.length));
  }
}
