package org.openlambda.worker.sandbox;

/// Whether sandboxes have walls.
public enum Isolation {
  /// Every wall that this user can raise on this machine.
  SANDBOX,
  /// None: handlers are processes of this user like any other, for one's own code on a machine that
  /// lets nobody make namespaces. What does not need walls is the same: deadlines, limits of memory
  /// by looking, one sandbox for one function, logs, what an exit means.
  NONE
}
