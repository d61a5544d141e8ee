package org.openlambda.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.openlambda.linux.system.Kernel;

/// Commands for root that raise walls which an ordinary user cannot raise. They are printed, never
/// run.
///
/// @param lines of a shell script
record Fixes(List<String> lines) {
  /// Ids that are given to a user who has none, above those of everybody else.
  private static final long MANY = 65_536;

  private static final long FIRST = 1_500_000;

  /// The fix of a finding that the one before mends.
  static final String AS_ABOVE = "as above";

  private static final String DELEGATION = "/etc/systemd/system/user@.service.d/openlambda.conf";

  Fixes {
    lines = List.copyOf(lines);
  }

  /// What would mend these findings, each command once.
  static Fixes of(List<Finding> findings) {
    var lines = new ArrayList<String>();
    lines.add("# Nothing of this has been run. Read it, and run what you want as root.");
    var commands = new LinkedHashSet<String>();
    for (Finding finding : findings) {
      boolean own = !finding.fix().isEmpty() && !finding.fix().equals(AS_ABOVE);
      if (own && commands.add(finding.fix())) {
        lines.add("");
        lines.add("# " + finding.what() + ": " + finding.detail());
        lines.add(isCommand(finding.fix()) ? finding.fix() : "# " + finding.fix());
      }
    }
    if (commands.isEmpty()) {
      lines.add("# Nothing is missing.");
    }
    return new Fixes(lines);
  }

  /// Advice in words becomes a comment.
  private static boolean isCommand(String fix) {
    return fix.matches("(apt|sysctl|usermod|mkdir|mount|sed) .*");
  }

  /// Lets ordinary users make user namespaces, by what forbids it here.
  static String userNamespaces() {
    if (Kernel.maxUserNamespaces().orElse(0) == 0) {
      return "sysctl -w user.max_user_namespaces=65536";
    }
    if (!Kernel.allowsUnprivilegedUserNamespaces()) {
      return "sysctl -w kernel.unprivileged_userns_clone=1";
    }
    if (Kernel.apparmorRestrictsUserNamespaces()) {
      return "sed 's:^@{OPENLAMBDA}=.*:@{OPENLAMBDA}=%s:' %s >/etc/apparmor.d/openlambda"
              .formatted(home(), packaging().resolve("apparmor/openlambda"))
          + " && apparmor_parser -r /etc/apparmor.d/openlambda";
    }
    return "a container keeps them from you: start ol outside of it or in a privileged one, or"
        + " run your own code without walls: ol dev --isolation none";
  }

  /// Gives this user ids for sandboxes.
  static String subordinateIds() throws IOException {
    long first = FIRST;
    for (String file : List.of("/etc/subuid", "/etc/subgid")) {
      Path path = Path.of(file);
      for (String line : Files.isReadable(path) ? Files.readAllLines(path) : List.<String>of()) {
        if (line.matches("[^:]+:\\d{1,10}:\\d{1,10}")) {
          String[] part = line.split(":");
          first = Math.max(first, Long.parseLong(part[1]) + Long.parseLong(part[2]));
        }
      }
    }
    String name = System.getProperty("user.name", "?"); // a user without a name cannot have any
    String range = first + "-" + (first + MANY - 1);
    return "apt install uidmap && usermod --add-subuids %s --add-subgids %s %s"
        .formatted(range, range, name.equals("?") ? "USER" : name);
  }

  /// Gives all controllers to users' own managers.
  static String controlGroups() {
    return "mkdir -p %s && printf '[Service]\\nDelegate=yes\\n' >%s && systemctl daemon-reload"
            .formatted(Path.of(DELEGATION).getParent(), DELEGATION)
        + " # then, as you, after a new login: systemd-run --user --scope -p Delegate=yes ol dev";
  }

  private static Path packaging() {
    String command = System.getProperty("openlambda.command", "/opt/openlambda/ol");
    return Path.of(command).resolveSibling("packaging");
  }

  private static Path home() {
    try {
      return Installation.home();
    } catch (IOException e) {
      return Path.of("/opt/openlambda");
    }
  }
}
