package org.openlambda.worker.link;

/// A runtime sent what the protocol does not allow. The message names the rule; the sandbox must
/// not be used again.
public final class Breach extends Exception {
  private static final long serialVersionUID = 1L;

  Breach(String what) {
    super(what);
  }
}
