package org.openlambda.control.cloudwatch;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.openlambda.control.logs.LogStore;
import org.openlambda.core.control.ControlApi.Answer;
import org.openlambda.core.control.ControlApi.Question;
import org.openlambda.core.identity.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The operations of CloudWatch Logs that only read. Safe for any thread; blocks on the disk.
public final class LogsApi {
  private static final Logger LOG = LoggerFactory.getLogger(LogsApi.class);
  private static final JsonMapper MAPPER = JsonMapper.shared();
  private static final String TARGET = "Logs_20140328.";

  private final LogStore store;
  private final Groups groups;
  private final Events events;

  public LogsApi(LogStore store) {
    this.store = store;
    this.groups = new Groups(store);
    this.events = new Events(store);
  }

  /// Whether a request is for this API, and not for that of AWS Lambda.
  public static boolean isAsked(Question question) {
    return question.path().equals("/");
  }

  public Answer serve(Question question) {
    try {
      return answer(200, run(operation(question), ask(question)));
    } catch (Refusal refusal) {
      return refused(refusal);
    } catch (IOException | RuntimeException e) {
      LOG.warn("request {}: logs cannot be read", question.id(), e);
      return refused(
          new Refusal(
              500,
              "InternalFailure",
              "An error of the server, which has logged it under request " + question.id()));
    }
  }

  private static String operation(Question question) throws Refusal {
    String target = question.headers().getOrDefault("x-amz-target", "");
    if (!question.method().equals("POST") || !target.startsWith(TARGET)) {
      throw new Refusal(
          400,
          "UnknownOperationException",
          "X-Amz-Target names no operation of CloudWatch Logs: it begins with " + TARGET);
    }
    if (!question.asker().role().covers(Role.DEVELOPER)) {
      throw new Refusal(
          400,
          "AccessDeniedException",
          "User: arn:aws:iam::%s:user/%s is not authorized to perform: logs:%s"
              .formatted(
                  question.asker().account(),
                  question.asker().user(),
                  target.substring(TARGET.length())));
    }
    return target.substring(TARGET.length());
  }

  private static Ask ask(Question question) throws Refusal {
    try {
      JsonNode input =
          question.body().length == 0
              ? MAPPER.createObjectNode()
              : MAPPER.readTree(question.body());
      if (input.isObject()) {
        return new Ask(question.asker().account(), question.region(), input);
      }
    } catch (JacksonException e) {
      throw new Refusal(400, "SerializationException", "The body is no JSON.");
    }
    throw new Refusal(400, "SerializationException", "The body is no JSON object.");
  }

  private Map<String, Object> run(String operation, Ask ask) throws Refusal, IOException {
    store.settle(); // whoever has an answer of a function finds what it printed
    return switch (operation) {
      case "DescribeLogGroups" -> groups.describe(ask);
      case "DescribeLogStreams" -> groups.describeStreams(ask);
      case "GetLogEvents" -> events.get(ask);
      case "FilterLogEvents" -> events.filter(ask);
      case String other ->
          throw new Refusal(
              501,
              "NotImplementedException",
              other + " is not served by this server: what functions print can only be read.");
    };
  }

  private static Answer answer(int status, Map<String, Object> body) {
    return new Answer(
        status,
        Map.of("content-type", "application/x-amz-json-1.1"),
        MAPPER.writeValueAsBytes(body));
  }

  private static Answer refused(Refusal refusal) {
    var body = new LinkedHashMap<String, Object>();
    body.put("__type", refusal.type());
    body.put("message", refusal.text());
    return answer(refusal.status(), body);
  }
}
