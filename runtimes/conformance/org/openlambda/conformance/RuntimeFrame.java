package org.openlambda.conformance;

import static org.openlambda.conformance.WorkerFrame.HEADER_SIZE;
import static org.openlambda.conformance.WorkerFrame.PAYLOAD_MAX;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// A frame that a runtime sends. Reading one checks all that can be seen in it alone: its layout
/// (R2), the members of its JSON, and what a head may hold (R13).
sealed interface RuntimeFrame {
  /// 0 for the sandbox as a whole.
  int stream();

  boolean end();

  record Ready(int protocol, String runtime, int streams) implements RuntimeFrame {
    @Override
    public int stream() {
      return 0;
    }

    @Override
    public boolean end() {
      return false;
    }
  }

  record Loaded(long nanos) implements RuntimeFrame {
    @Override
    public int stream() {
      return 0;
    }

    @Override
    public boolean end() {
      return false;
    }
  }

  record Answer(int stream, boolean end, Head head, ByteBuffer body) implements RuntimeFrame {}

  record Body(int stream, boolean end, ByteBuffer body) implements RuntimeFrame {}

  record Credit(int stream, long bytes) implements RuntimeFrame {
    @Override
    public boolean end() {
      return false;
    }
  }

  record Failed(int stream, String type, String message, String trace, String phase)
      implements RuntimeFrame {
    @Override
    public boolean end() {
      return true;
    }
  }

  record Head(int status, List<Header> headers) {
    static final Head JSON = new Head(200, List.of(new Header("content-type", "application/json")));

    public Head {
      headers = List.copyOf(headers);
      require(status >= 200 && status <= 599, "R13", "an answer has status " + status);
    }

    Optional<String> header(String name) {
      return headers.stream()
          .filter(header -> header.name().equalsIgnoreCase(name))
          .map(Header::value)
          .findFirst();
    }
  }

  record Header(String name, String value) {
    public Header {
      String both = name + value;
      require(
          !name.isEmpty()
              && both.chars().allMatch(c -> c <= 0xFF && c != '\r' && c != '\n' && c != 0),
          "R13",
          "an answer has a header %s: %s".formatted(Json.text(name), Json.text(value)));
    }
  }

  /// The next frame, empty at the end of the link. Blocks.
  static Optional<RuntimeFrame> read(InputStream link) throws IOException {
    byte[] bytes = link.readNBytes(HEADER_SIZE);
    if (bytes.length == 0) {
      return Optional.empty();
    }
    if (bytes.length < HEADER_SIZE) {
      throw new EOFException("the link ended inside a header");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    int length = header.getInt();
    int type = header.get();
    int flags = header.get();
    int reserved = header.getShort();
    int stream = header.getInt();
    String where = "a frame of type %d of stream %d ".formatted(type, stream);
    require(length >= 0 && length <= PAYLOAD_MAX, "R2", where + "has length " + length);
    require((flags & ~1) == 0, "frames", where + "has flags " + flags);
    require(reserved == 0, "frames", where + "has reserved bits " + reserved);
    byte[] payload = link.readNBytes(length);
    if (payload.length < length) {
      throw new EOFException("the link ended inside " + where);
    }
    return Optional.of(decode(type, flags == 1, stream, payload));
  }

  private static RuntimeFrame decode(int type, boolean end, int stream, byte[] payload) {
    require((type < 18) == (stream == 0), "frames", "type " + type + " is of stream " + stream);
    require(!end || (type > 17 && type != 20), "frames", "type " + type + " has END");
    return switch (type) {
      case 16 -> ready(Json.parse(payload));
      case 17 -> {
        require(payload.length == Long.BYTES, "frames", "LOADED has " + payload.length + " bytes");
        yield new Loaded(ByteBuffer.wrap(payload).getLong());
      }
      case 18 -> answer(stream, end, payload);
      case 19 -> {
        require(end || payload.length > 0, "frames", "a BODY without END is empty");
        yield new Body(stream, end, ByteBuffer.wrap(payload));
      }
      case 20 -> {
        require(payload.length == Integer.BYTES, "frames", "CREDIT has " + payload.length);
        yield new Credit(stream, Integer.toUnsignedLong(ByteBuffer.wrap(payload).getInt()));
      }
      case 21 -> {
        require(end, "frames", "FAILED has no END");
        yield failed(stream, Json.parse(payload));
      }
      default -> throw new AssertionError("frames: a runtime sent a frame of type " + type);
    };
  }

  private static Ready ready(JsonNode json) {
    int streams = json.path("streams").asInt(0);
    require(streams >= 1, "R3", "READY says streams: " + streams);
    return new Ready(json.path("protocol").asInt(0), text(json, "runtime"), streams);
  }

  private static Answer answer(int stream, boolean end, byte[] payload) {
    require(payload.length >= Integer.BYTES, "frames", "ANSWER has " + payload.length + " bytes");
    ByteBuffer rest = ByteBuffer.wrap(payload);
    int size = rest.getInt();
    require(size >= 0 && size <= rest.remaining(), "frames", "ANSWER has a head of " + size);
    byte[] head = new byte[size];
    rest.get(head);
    return new Answer(stream, end, size == 0 ? Head.JSON : head(Json.parse(head)), rest.slice());
  }

  private static Head head(JsonNode json) {
    List<Header> headers = new ArrayList<>();
    for (JsonNode pair : json.path("headers")) {
      boolean strings = pair.size() == 2 && pair.get(0).isString() && pair.get(1).isString();
      require(strings, "R13", "a header is not two strings: " + pair);
      headers.add(new Header(pair.get(0).stringValue(), pair.get(1).stringValue()));
    }
    require(json.path("status").isInt(), "R13", "a head has no status: " + json);
    return new Head(json.path("status").intValue(), headers);
  }

  private static Failed failed(int stream, JsonNode json) {
    String phase = text(json, "phase");
    require(phase.equals("load") || phase.equals("call"), "frames", "FAILED has phase " + phase);
    return new Failed(
        stream, text(json, "type"), text(json, "message"), text(json, "trace"), phase);
  }

  private static String text(JsonNode json, String member) {
    require(json.path(member).isString(), "frames", "no string " + member + " in " + json);
    return json.path(member).stringValue();
  }

  private static void require(boolean kept, String rule, String otherwise) {
    if (!kept) {
      throw new AssertionError(rule + ": " + otherwise);
    }
  }
}
