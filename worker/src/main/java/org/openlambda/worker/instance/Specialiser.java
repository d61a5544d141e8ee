package org.openlambda.worker.instance;

import java.util.function.Consumer;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Network;
import org.openlambda.core.time.Time;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.link.Exchange;
import org.openlambda.worker.sandbox.Sandbox;
import org.openlambda.worker.sandbox.SandboxLimits;

/// Turns a waiting sandbox into one of a function: sets the limits that differ, connects it to the
/// outside if the function asks for that, attaches the code from outside, and lets the mounter's
/// thread send the request, so that the caller is woken once, by the answer.
public final class Specialiser {
  private final Delivery delivery;
  private final Time time;

  public Specialiser(Delivery delivery, Time time) {
    this.delivery = delivery;
    this.time = time;
  }

  /// The folder of the code, as the sandbox sees it.
  String folder(Bundle bundle) {
    return delivery.folder(bundle);
  }

  /// Returns when the code is about to be attached; the answer, or the end of the link if attaching
  /// failed, comes to `exchange`.
  ///
  /// @param failed told why the code could not be attached; the handler has not run then
  /// @throws org.openlambda.linux.LinuxException if a limit cannot be set or the code is not there;
  ///   nothing was sent
  /// @throws org.openlambda.worker.network.NoNetwork if the function needs a network that this
  ///   machine cannot give; nothing was sent
  void specialise(
      Sandbox sandbox,
      Bundle bundle,
      Limits limits,
      Exchange exchange,
      Consumer<RuntimeException> failed) {
    sandbox.group().limit(SandboxLimits.group(limits));
    if (limits.network() == Network.OUTBOUND) {
      delivery.connect(sandbox);
    }
    long tmp = limits.tmp().equals(SandboxLimits.WAITING.tmp()) ? 0 : limits.tmp().count();
    delivery.deliver(
        sandbox,
        bundle,
        tmp,
        () -> exchange.send(time.nanos()),
        why -> {
          failed.accept(why);
          exchange.abandon(time.nanos());
        });
  }
}
