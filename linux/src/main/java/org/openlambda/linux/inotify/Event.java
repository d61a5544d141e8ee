package org.openlambda.linux.inotify;

/// One change.
///
/// @param watch what [Inotify#watch] has returned for the directory; -1 with an overflow
/// @param mask the bits of [Inotify] that tell what happened
/// @param name of the file in the directory; empty if it is the directory itself
public record Event(int watch, int mask, String name) {
  /// Whether events were lost (`fs.inotify.max_queued_events`): whatever one knows of any directory
  /// watched has to be looked at anew.
  public boolean isOverflow() {
    return (mask & Inotify.OVERFLOW) != 0;
  }
}
