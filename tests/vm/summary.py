"""Says how the suites ended: summary.py OUT SECONDS [SUITE…].

Reads what suites.sh left in OUT: SUITE.log and SUITE.end, and JUnit's SUITE/TEST-*.xml. Exit status
0 if every suite ended well, ran something, and ran on pure cgroup v2.
"""

import collections
import pathlib
import re
import sys
import xml.etree.ElementTree

ALL = (
    *("launcher", "linux", "delegated", "runtimes", "worker", "limits"),
    *("hostile", "controls", "rootless", "uniqueness"),
)
MODE = re.compile(r"^(?:groups|cgroup mode): (\w+)", re.M)
UNITTEST_RAN = re.compile(r"^Ran (\d+) tests? in", re.M)
UNITTEST_BAD = re.compile(r"^(FAIL|ERROR): (.+)$", re.M)
UNITTEST_SKIPPED = re.compile(r"\.\.\. skipped '(.*)'$", re.M)
CHECKS = re.compile(r"^unit\.c: (\d+) checks, (\d+) not so", re.M)


class Suite:
    """What became of the tests of a suite."""

    def __init__(self, out, name):
        self.name = name
        self.passed = 0
        self.failed = []
        self.skipped = collections.Counter()
        log = out / f"{name}.log"
        self.log = log.read_text(errors="replace") if log.exists() else ""
        self.status, self.seconds = self.end(out / f"{name}.end")
        self.modes = set(MODE.findall(self.log))
        self.count_unittest()
        for report in sorted((out / name).glob("TEST-*.xml")):
            self.count_junit(xml.etree.ElementTree.parse(report).getroot())

    @staticmethod
    def end(file):
        return map(int, file.read_text().split()) if file.exists() else (124, 0)

    def count_unittest(self):
        ran = sum(int(count) for count in UNITTEST_RAN.findall(self.log))
        skipped = UNITTEST_SKIPPED.findall(self.log)
        bad = [name for _, name in UNITTEST_BAD.findall(self.log)]
        for checks, wrong in CHECKS.findall(self.log):
            ran += int(checks)
            bad += ["a check of unit.c"] * int(wrong)
        self.skipped.update(skipped)
        self.failed += bad
        self.passed += max(0, ran - len(skipped) - len(bad))

    def count_junit(self, report):
        for case in report.iter("testcase"):
            name = f"{case.get('classname', '').rsplit('.', 1)[-1]}.{case.get('name', '')}"
            skip = case.find("skipped")
            if skip is not None:
                text = (skip.text or "").strip().splitlines()
                reason = text[0] if text else "?"
                reason = re.sub(r"^[\w.]*Exception: (Assumption failed: )?", "", reason)
                self.skipped[reason] += 1
            elif case.find("failure") is not None or case.find("error") is not None:
                self.failed.append(name)
            else:
                self.passed += 1

    def good(self):
        return self.status == 0 and not self.failed and self.passed > 0 and self.modes <= {"V2"}

    def print(self):
        word = "ok" if self.good() else "FAILED"
        skipped = sum(self.skipped.values())
        print(f"{self.name:<10} {word:<7} {self.passed:>6} {len(self.failed):>6} {skipped:>7} {self.seconds:>7} s")

    def explain(self):
        for name in self.failed:
            print(f"  {self.name}: failed: {name}")
        for reason, count in self.skipped.items():
            print(f"  {self.name}: skipped {count}: {reason}")
        if self.status == 124:
            print(f"  {self.name}: did not end")
        elif self.status != 0 and not self.failed:
            print(f"  {self.name}: ended with status {self.status}; its log says why")
        if self.status == 0 and not self.passed:
            print(f"  {self.name}: nothing ran")
        if self.modes - {"V2"}:
            print(f"  {self.name}: ran with control groups {self.modes}, not pure v2")


def main():
    out = pathlib.Path(sys.argv[1])
    suites = [Suite(out, name) for name in sys.argv[3:] or ALL]
    machine = out / "machine"
    modes = set().union(*(suite.modes for suite in suites))
    print()
    print(machine.read_text().strip() if machine.exists() else "no suite ran")
    print("cgroup mode of the tests:", ", ".join(sorted(modes)) or "none said")
    print(f"{'suite':<10} {'':<7} {'passed':>6} {'failed':>6} {'skipped':>7} {'time':>9}")
    for suite in suites:
        suite.print()
    for suite in suites:
        suite.explain()
    print(f"all of it took {int(sys.argv[2]) // 60} min; logs and reports: {out}")
    sys.exit(not all(suite.good() for suite in suites) or modes != {"V2"})


main()
