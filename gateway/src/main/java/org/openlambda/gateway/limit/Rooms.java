package org.openlambda.gateway.limit;

/// The rooms of one gateway; what each is for is said at [BodyRooms].
public record Rooms(Room large, Room claimed, Room arriving, Room held, Room answers) {
  /// Empty ones.
  public static Rooms of(BodyRooms sizes) {
    return new Rooms(
        new Room(sizes.large()),
        new Room(sizes.claimed()),
        new Room(sizes.arriving()),
        new Room(sizes.held()),
        new Room(sizes.answers()));
  }
}
