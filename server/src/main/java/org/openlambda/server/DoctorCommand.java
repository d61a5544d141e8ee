package org.openlambda.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openlambda.cli.FormatOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/// `ol doctor`: what this machine can do.
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description =
        "Say which walls this machine can raise around a sandbox, and how to get the rest.",
    footer = {"", "Examples:", "  ol doctor", "  sudo ol doctor -o json", "  ol doctor --fix"})
final class DoctorCommand implements Callable<Integer> {
  @Option(names = "--json", description = "the same as -o json")
  private boolean json;

  @Mixin private FormatOption format = new FormatOption();

  @Option(
      names = "--fix",
      description = "print, as a script for root, what would mend what is missing; run nothing")
  private boolean fix;

  @Override
  public Integer call() {
    List<Finding> findings = Doctor.examine();
    if (fix) {
      Fixes.of(findings).lines().forEach(System.out::println);
      return 0;
    }
    boolean well = findings.stream().allMatch(f -> f.verdict() != Finding.Verdict.MISSING);
    if (json || format.isJson()) {
      var all = new LinkedHashMap<String, Object>();
      all.put("ready", well);
      all.put("findings", findings.stream().map(DoctorCommand::toMap).toList());
      System.out.println(
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(all));
    } else {
      findings.forEach(DoctorCommand::print);
      System.out.println(verdict(findings, well));
    }
    return well ? 0 : 1;
  }

  private static String verdict(List<Finding> findings, boolean well) {
    if (!well) {
      return "not ready: what is marked with ✗ is missing";
    }
    boolean weaker = findings.stream().anyMatch(f -> f.verdict() == Finding.Verdict.WEAKER);
    return weaker
        ? "ready, but what is marked with ! is weaker than it could be; as root, or after what"
            + " `ol doctor --fix` prints, it is not"
        : "ready: every wall can be raised here";
  }

  private static Map<String, Object> toMap(Finding finding) {
    var map = new LinkedHashMap<String, Object>();
    map.put("what", finding.what());
    map.put("verdict", finding.verdict().name().toLowerCase(java.util.Locale.ROOT));
    map.put("detail", finding.detail());
    map.put("fix", finding.fix());
    return map;
  }

  private static void print(Finding finding) {
    String mark =
        switch (finding.verdict()) {
          case THERE -> "✓";
          case OPTIONAL -> "·";
          case WEAKER -> "!";
          case MISSING -> "✗";
        };
    System.out.printf("%s %-28s %s%n", mark, finding.what(), finding.detail());
    if (finding.verdict() != Finding.Verdict.THERE && !finding.fix().isEmpty()) {
      System.out.printf("  %-28s fix: %s%n", "", finding.fix());
    }
  }
}
