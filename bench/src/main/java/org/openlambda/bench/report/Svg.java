package org.openlambda.bench.report;

import java.util.List;
import java.util.Locale;

/// Writes a picture as inline SVG. Coordinates are pixels from the upper left. One thread.
final class Svg {
  private final StringBuilder text = new StringBuilder(4096);

  /// @param label what it shows, for those who cannot see it
  Svg(double width, double height, String label) {
    text.append(
        "<svg viewBox=\"0 0 %s %s\" width=\"%s\" height=\"%s\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(pixel(width), pixel(height), pixel(width), pixel(height), escape(label)));
  }

  /// A point of a path.
  record Spot(double x, double y) {}

  /// Where a text begins, is centred or ends.
  enum Anchor {
    START,
    MIDDLE,
    END
  }

  void line(Spot from, Spot to, String style) {
    text.append(
        "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n"
            .formatted(pixel(from.x), pixel(from.y), pixel(to.x), pixel(to.y), style));
  }

  void path(List<Spot> spots, String style) {
    text.append("<path class=\"").append(style).append("\" d=\"");
    String command = "M";
    for (Spot spot : spots) {
      text.append(command + pixel(spot.x) + " " + pixel(spot.y));
      command = "L";
    }
    text.append("\"/>\n");
  }

  void dot(Spot at, double radius, String style) {
    text.append(
        "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" class=\"%s\"/>\n"
            .formatted(pixel(at.x), pixel(at.y), pixel(radius), style));
  }

  void write(String words, Spot at, Anchor anchor, String style) {
    text.append(
        "<text x=\"%s\" y=\"%s\" text-anchor=\"%s\" class=\"%s\">%s</text>\n"
            .formatted(
                pixel(at.x),
                pixel(at.y),
                anchor.name().toLowerCase(Locale.ROOT),
                style,
                escape(words)));
  }

  /// The same, read from below to above.
  void writeUpwards(String words, Spot at, String style) {
    text.append(
        ("<text transform=\"translate(%s %s) rotate(-90)\" text-anchor=\"middle\""
                + " class=\"%s\">%s</text>\n")
            .formatted(pixel(at.x), pixel(at.y), style, escape(words)));
  }

  /// The picture.
  String end() {
    return text + "</svg>\n";
  }

  static String escape(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String pixel(double at) {
    return Double.toString(Math.round(at * 10) / 10.0);
  }
}
