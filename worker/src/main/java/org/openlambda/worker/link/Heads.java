package org.openlambda.worker.link;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.Problems;
import org.openlambda.core.function.Version;
import org.openlambda.core.invocation.Header;
import org.openlambda.core.invocation.Request;
import org.openlambda.core.invocation.RequestId;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// The JSON parts of frames, as `runtimes/PROTOCOL.md` describes them.
final class Heads {
  /// An answer may carry so many header fields.
  static final int MOST_HEADERS = 256;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(8)
                  .maxStringLength(FrameReader.LARGEST_PAYLOAD)
                  .build())
          .build();

  /// Tells a handler in the shape of AWS Lambda how its instance came to be.
  private static final String INITIALIZATION = "AWS_LAMBDA_INITIALIZATION_TYPE";

  private static final String AHEAD = "provisioned-concurrency";

  private Heads() {}

  /// What the runtime said of itself in READY.
  record Ready(int protocol, String runtime, int streams) {}

  /// The head of an answer.
  record Answer(int status, List<Header> headers) {}

  /// What a handler's failure says.
  record Failure(String type, String message, String trace, String phase) {}

  static byte[] specialise(RuntimeLink.Load load) {
    Version version = load.version();
    var out = new ByteArrayOutputStream(512);
    try (JsonGenerator json =
        JSON.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("function", version.name().text());
      json.writeStringProperty("version", version.code().digest().hex());
      json.writeStringProperty("bundle", load.bundle());
      json.writeObjectPropertyStart("entry");
      entry(json, load);
      json.writeEndObject();
      boolean provision = load.purpose() == Purpose.PROVISION;
      if (load.purpose() == Purpose.LOAD || provision) {
        json.writeBooleanProperty("load_only", true);
      }
      json.writeObjectPropertyStart("environment");
      for (Map.Entry<String, String> variable : version.config().environment().entrySet()) {
        boolean how = provision && variable.getKey().equals(INITIALIZATION);
        json.writeStringProperty(variable.getKey(), how ? AHEAD : variable.getValue());
      }
      if (version.config().entry() instanceof Entry.Handler) {
        json.writeStringProperty("AWS_LAMBDA_LOG_STREAM_NAME", load.stream());
      }
      json.writeEndObject();
      json.writeNumberProperty("memory_bytes", version.config().limits().memory().count());
      json.writeNumberProperty("timeout_ms", version.config().limits().timeout().toMillis());
      json.writeEndObject();
    }
    return out.toByteArray();
  }

  private static void entry(JsonGenerator json, RuntimeLink.Load load) {
    if (load.purpose() == Purpose.COMPILE) {
      json.writeStringProperty("kind", "compile");
      return;
    }
    switch (load.version().config().entry()) {
      case Entry.OpenLambda() -> json.writeStringProperty("kind", "openlambda");
      case Entry.Handler(var text) -> {
        json.writeStringProperty("kind", "handler");
        json.writeStringProperty("handler", text);
      }
    }
  }

  static byte[] request(RequestId id, Request request, long deadlineMillis) {
    var json = new JsonText(512);
    json.open('{').name("id").text(id.text());
    json.name("method").text(request.method());
    json.name("mount").text(request.mount());
    json.name("path").text(request.path());
    json.name("query").text(request.query());
    json.name("headers").open('[');
    for (Header header : request.headers()) {
      json.open('[').text(header.name()).text(header.value()).close(']');
    }
    json.close(']').name("scheme").text(request.scheme());
    json.name("peer").text(request.peer());
    json.name("deadline_ms").number(deadlineMillis).close('}');
    return json.bytes();
  }

  static Ready ready(ByteBuffer payload) throws Breach {
    int protocol = 0;
    int streams = 0;
    String runtime = "";
    try (JsonParser json = parser(payload)) {
      expect(json.nextToken(), JsonToken.START_OBJECT, "READY");
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "protocol" -> protocol = json.getIntValue();
          case "streams" -> streams = json.getIntValue();
          case "runtime" -> runtime = json.getString();
          default -> json.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw new Breach("READY is no JSON object of the protocol: " + said(e));
    }
    return new Ready(protocol, runtime, streams);
  }

  static Answer answer(ByteBuffer head) throws Breach {
    int status = 200;
    var headers = new ArrayList<Header>();
    try (JsonParser json = parser(head)) {
      expect(json.nextToken(), JsonToken.START_OBJECT, "the head of ANSWER");
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "status" -> status = json.getIntValue();
          case "headers" -> headers(json, headers);
          default -> json.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw new Breach("the head of ANSWER is no JSON of the protocol: " + said(e));
    }
    if (status < 200 || status > 599) {
      throw new Breach("status " + status + " in ANSWER; 200 to 599 are allowed");
    }
    return new Answer(status, headers);
  }

  private static void headers(JsonParser json, List<Header> headers) throws Breach {
    expect(json.currentToken(), JsonToken.START_ARRAY, "headers");
    while (json.nextToken() == JsonToken.START_ARRAY) {
      expect(json.nextToken(), JsonToken.VALUE_STRING, "a header's name");
      String name = json.getString();
      expect(json.nextToken(), JsonToken.VALUE_STRING, "a header's value");
      String value = json.getString();
      expect(json.nextToken(), JsonToken.END_ARRAY, "the end of a header");
      if (name.isEmpty() || !sendable(name) || !sendable(value)) {
        throw new Breach("a header field that HTTP cannot carry: '" + brief(name) + "'");
      }
      if (headers.size() == MOST_HEADERS) {
        throw new Breach("more than " + MOST_HEADERS + " header fields in ANSWER");
      }
      headers.add(new Header(name, value));
    }
    expect(json.currentToken(), JsonToken.END_ARRAY, "the end of headers");
  }

  /// Whether a text can be part of a header field: ISO-8859-1 without CR, LF and NUL.
  private static boolean sendable(String text) {
    return text.chars().allMatch(c -> c <= 0xFF && c != '\r' && c != '\n' && c != 0);
  }

  static Failure failure(ByteBuffer payload) throws Breach {
    String type = "Error";
    String message = "";
    String trace = "";
    String phase = "call";
    try (JsonParser json = parser(payload)) {
      expect(json.nextToken(), JsonToken.START_OBJECT, "FAILED");
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "type" -> type = json.getString();
          case "message" -> message = json.getString();
          case "trace" -> trace = json.getString();
          case "phase" -> phase = json.getString();
          default -> json.skipChildren();
        }
      }
    } catch (JacksonException e) {
      throw new Breach("FAILED is no JSON object of the protocol: " + said(e));
    }
    return new Failure(
        type, message, trace.isEmpty() ? type + ": " + message + "\n" : trace, phase);
  }

  private static JsonParser parser(ByteBuffer bytes) {
    var copy = new byte[bytes.remaining()];
    bytes.get(bytes.position(), copy);
    return JSON.createParser(tools.jackson.core.ObjectReadContext.empty(), copy);
  }

  /// The parser quotes what it read, which may be anything.
  private static String said(JacksonException e) {
    return Problems.quote(String.valueOf(e.getOriginalMessage()));
  }

  private static void expect(JsonToken found, JsonToken wanted, String where) throws Breach {
    if (found != wanted) {
      throw new Breach(where + ": " + found + " where " + wanted + " belongs");
    }
  }

  private static String brief(String text) {
    var ascii = new String(text.getBytes(StandardCharsets.US_ASCII), StandardCharsets.US_ASCII);
    String printable = ascii.replaceAll("[^ -~]", "?");
    return printable.length() > 40 ? printable.substring(0, 40) + "…" : printable;
  }
}
