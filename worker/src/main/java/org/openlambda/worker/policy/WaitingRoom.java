package org.openlambda.worker.policy;

/// Whether one more call of a function may wait. No function has more places than are free: alone
/// it gets half of them, two get a third each, and there is always room for one that comes later.
/// These are the *dynamic thresholds* of switches with shared memory (Choudhury and Hahne, 1998). A
/// pure function.
public final class WaitingRoom {
  private WaitingRoom() {}

  /// @param own calls of the function that wait
  /// @param waiting calls of all functions that wait
  /// @param places for all
  public static boolean hasPlace(int own, int waiting, int places) {
    return own < places - waiting;
  }
}
