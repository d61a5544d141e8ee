package org.openlambda.worker.instance;

import java.util.function.Consumer;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.sandbox.Sandbox;
import org.openlambda.worker.sandbox.SandboxLimits;

/// Turns a waiting sandbox into one of a function: sets the limits that differ, connects it to the
/// outside if the function asks for that, attaches the code from outside, and lets the mounter's
/// thread send the request, so that the caller is woken once, by the answer.
public final class Specialiser {
  private final Delivery delivery;
  private final Limits waiting;

  /// @param waiting limits of every sandbox until then
  public Specialiser(Delivery delivery, Limits waiting) {
    this.delivery = delivery;
    this.waiting = waiting;
  }

  /// Limits of a sandbox that runs nothing of a function's.
  Limits waiting() {
    return waiting;
  }

  /// The folder of the code, as the sandbox sees it.
  String folder(Bundle bundle, Entry entry) {
    return delivery.folder(bundle, entry);
  }

  /// Returns when the code is about to be attached; what follows runs on the mounter's thread, or
  /// where nothing is mounted on the caller's.
  ///
  /// @param ready sends the request
  /// @param failed told why the code could not be attached, instead of `ready`, or why that failed
  /// @throws org.openlambda.linux.LinuxException if a limit cannot be set or the code is not there;
  ///   neither is run
  /// @throws org.openlambda.worker.network.NoNetwork if the function needs a network that this
  ///   machine cannot give; neither is run
  void specialise(
      Sandbox sandbox,
      Bundle bundle,
      Entry entry,
      Limits limits,
      Runnable ready,
      Consumer<RuntimeException> failed) {
    sandbox.group().limit(SandboxLimits.group(limits));
    if (limits.network() == Network.OUTBOUND) {
      delivery.connect(sandbox);
    }
    long tmp = limits.tmp().equals(waiting.tmp()) ? 0 : limits.tmp().count();
    delivery.deliver(sandbox, bundle, entry, tmp, ready, failed);
  }
}
