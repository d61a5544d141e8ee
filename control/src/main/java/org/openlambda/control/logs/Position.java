package org.openlambda.control.logs;

import java.util.Comparator;

/// Where a line is among all that are kept of its function: those written later are behind it.
/// Never that of another line.
///
/// @param segment counted from 1
/// @param offset of its first byte
public record Position(int segment, int offset) implements Comparable<Position> {
  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::segment).thenComparingInt(Position::offset);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }
}
