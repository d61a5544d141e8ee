package org.openlambda.worker.instance;

import java.util.function.Consumer;
import org.openlambda.core.function.Entry;
import org.openlambda.linux.fd.Fd;
import org.openlambda.linux.mount.Attach;
import org.openlambda.linux.mount.DetachedMount;
import org.openlambda.linux.mount.Mounter;
import org.openlambda.worker.bundle.Bundle;
import org.openlambda.worker.network.OutboundNetwork;
import org.openlambda.worker.sandbox.Sandbox;

/// How a sandbox comes by what is outside of it: the code of its function, and a network if the
/// function asks for one.
public sealed interface Delivery {
  /// The folder of the code, as the sandbox sees it.
  String folder(Bundle bundle, Entry entry);

  /// Connects it to the outside.
  ///
  /// @throws org.openlambda.worker.network.NoNetwork if this machine cannot give a network
  void connect(Sandbox sandbox);

  /// Brings the code in and runs `then`; returns before or after that.
  ///
  /// @param tmpBytes the new size of its /tmp; 0 leaves it as it is
  /// @param failed runs instead of `then`, or after it if that has failed
  /// @throws org.openlambda.linux.LinuxException if the code is not there; neither will run then
  void deliver(
      Sandbox sandbox,
      Bundle bundle,
      Entry entry,
      long tmpBytes,
      Runnable then,
      Consumer<RuntimeException> failed);

  /// Through the walls: mounts the code from outside, on the mounter's thread.
  record ByMount(Mounter mounter, OutboundNetwork network) implements Delivery {
    @Override
    public String folder(Bundle bundle, Entry entry) {
      return switch (entry) {
        case Entry.OpenLambda() -> "/handler";
        case Entry.Handler _ -> "/var/task";
      };
    }

    @Override
    public void connect(Sandbox sandbox) {
      network.connect(sandbox.process(), mounter);
    }

    @Override
    public void deliver(
        Sandbox sandbox,
        Bundle bundle,
        Entry entry,
        long tmpBytes,
        Runnable then,
        Consumer<RuntimeException> failed) {
      bundle.layers().ifPresent(layers -> attach(sandbox, layers));
      Fd tree = DetachedMount.readOnlyTree(bundle.folder());
      Runnable attached =
          () -> {
            then.run();
            tree.close();
          };
      try {
        mounter.handOver(
            new Attach(sandbox.process(), tree, folder(bundle, entry), tmpBytes, attached),
            why -> {
              failed.accept(why);
              tree.close();
            });
      } catch (RuntimeException e) {
        tree.close();
        throw e;
      }
    }

    private void attach(Sandbox sandbox, Bundle layers) {
      try (Fd tree = DetachedMount.readOnlyTree(layers.folder())) {
        mounter.attach(new Attach(sandbox.process(), tree, "/opt", 0));
      }
    }
  }

  /// Without walls: the sandbox sees what the worker sees.
  record InPlace() implements Delivery {
    @Override
    public String folder(Bundle bundle, Entry entry) {
      return bundle.folder().toAbsolutePath().toString();
    }

    @Override
    public void connect(Sandbox sandbox) {} // it has the machine's

    @Override
    public void deliver(
        Sandbox sandbox,
        Bundle bundle,
        Entry entry,
        long tmpBytes,
        Runnable then,
        Consumer<RuntimeException> failed) {
      then.run();
    }
  }
}
