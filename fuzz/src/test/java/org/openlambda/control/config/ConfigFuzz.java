package org.openlambda.control.config;

import static org.openlambda.fuzz.Oracle.that;

import org.openlambda.core.bundle.BundleBounds;
import org.openlambda.core.bundle.EntryPath;
import org.openlambda.core.function.Entry;
import org.openlambda.core.function.FunctionConfig;
import org.openlambda.core.function.Limits;
import org.openlambda.core.function.Registry.BadBundle;
import org.openlambda.fuzz.Oracle;

/// An `ol.yaml` of any bytes: refused in sentences, or a configuration within its bounds.
public final class ConfigFuzz {
  private ConfigFuzz() {}

  public static void fuzzerTestOneInput(byte[] input) {
    try {
      judge(FunctionFile.read(input, Limits.DEFAULT, Limits.MAXIMUM));
    } catch (BadBundle bad) {
      Oracle.areProblems(bad.problems());
    }
  }

  private static void judge(FunctionFile file) {
    FunctionConfig config = file.config();
    Limits limits = config.limits();
    Limits most = Limits.MAXIMUM;
    that(limits.memory().compareTo(most.memory()) <= 0, "memory %s", limits.memory());
    that(limits.timeout().compareTo(most.timeout()) <= 0, "timeout %s", limits.timeout());
    that(limits.processes() <= most.processes(), "procs %d", limits.processes());
    that(limits.cpus() <= most.cpus(), "cpu %s", limits.cpus());
    that(limits.tmp().compareTo(most.tmp()) <= 0, "tmp %s", limits.tmp());
    int bytes = 0;
    for (var variable : config.environment().entrySet()) {
      that(variable.getKey().matches("[A-Za-z_][A-Za-z0-9_]*"), "%s", variable.getKey());
      that(variable.getValue().indexOf('\0') < 0, "NUL in %s", variable.getKey());
      bytes += variable.getKey().length() + variable.getValue().length();
    }
    that(bytes <= 4096, "an environment of %d characters or more", bytes);
    switch (config.entry()) {
      case Entry.OpenLambda() -> {}
      case Entry.Handler(String name) ->
          that(EntryPath.fault(name, BundleBounds.DEFAULT).isEmpty(), "handler %s", name);
    }
    file.notes().forEach(Oracle::isSentence);
  }
}
