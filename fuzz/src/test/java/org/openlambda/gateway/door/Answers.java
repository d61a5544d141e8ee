package org.openlambda.gateway.door;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads what the door answered, independently of what wrote it: HTTP/1.1 answers one after the
/// other, then perhaps frames of HTTP/2, the last of either perhaps cut off.
public final class Answers {
  private static final Pattern HEAD =
      Pattern.compile(
          "HTTP/1\\.1 ([1-5][0-9]{2})( [ -~]*)?\r\n(([!-9;-~]+:[ \t -\u00ff]*\r\n)*)\r\n");
  private static final Pattern LENGTH = Pattern.compile("\ncontent-length: ([0-9]+)\r\n");
  private static final Pattern CHUNK = Pattern.compile("([0-9a-f]{1,8})\r\n");
  private static final int LARGEST_FRAME = 16_384;

  private final byte[] bytes;
  private final String text;

  private Answers(byte[] bytes) {
    this.bytes = bytes;
    this.text = new String(bytes, StandardCharsets.ISO_8859_1);
  }

  public static boolean areProper(byte[] bytes) {
    var answers = new Answers(bytes);
    return bytes.length == 0 || answers.areAnswers(0) || answers.areFrames(0);
  }

  private boolean areAnswers(int from) {
    if (from == bytes.length) {
      return true;
    }
    Matcher head = HEAD.matcher(text).region(from, text.length());
    if (!head.lookingAt()) {
      return false;
    }
    int end = head.end();
    String fields = "\n" + head.group(3).toLowerCase(Locale.ROOT);
    if (head.group(1).equals("101")) {
      return areFrames(end);
    }
    Matcher length = LENGTH.matcher(fields);
    // The answer to HEAD has the fields of a body, and none.
    if (length.find() && !length.group(1).equals("0")) {
      long after = end + Long.parseLong(length.group(1));
      return after > bytes.length || areAnswers((int) after) || areAnswers(end);
    }
    if (fields.contains("\ntransfer-encoding: chunked\r\n")) {
      Optional<Integer> after = afterChunks(end);
      return after.isEmpty() || areAnswers(after.get()) || areAnswers(end);
    }
    return areAnswers(end) || fields.contains("\nconnection: close\r\n");
  }

  /// Where the chunks from `from` on end; empty if they are cut off.
  private Optional<Integer> afterChunks(int from) {
    int at = from;
    while (true) {
      Matcher chunk = CHUNK.matcher(text).region(at, text.length());
      if (!chunk.lookingAt()) {
        return at >= bytes.length - 10 ? Optional.empty() : Optional.of(-1).filter(_ -> false);
      }
      int length = Integer.parseInt(chunk.group(1), 16);
      if (length == 0) {
        int end = text.indexOf("\r\n\r\n", at);
        return end < 0 ? Optional.empty() : Optional.of(end + 4);
      }
      at = chunk.end() + length + 2;
      if (at > bytes.length) {
        return Optional.empty();
      }
    }
  }

  private boolean areFrames(int from) {
    var in = ByteBuffer.wrap(bytes, from, bytes.length - from);
    while (in.remaining() >= 9) {
      int length = (in.get() & 0xFF) << 16 | (in.getShort() & 0xFFFF);
      int type = in.get();
      in.get();
      int stream = in.getInt();
      if (length > LARGEST_FRAME || type < 0 || type > 9 || stream < 0) {
        return false;
      }
      if (length > in.remaining()) {
        return false;
      }
      in.position(in.position() + length);
    }
    return !in.hasRemaining();
  }

  /// The first of them, for people.
  public static String shown(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, 600), StandardCharsets.ISO_8859_1)
        .replaceAll("[^ -~]", "?");
  }
}
