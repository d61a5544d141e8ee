"""./dev fuzz: runs the fuzz targets for some minutes and prints what came of it.

    run.py [--minutes N] [--keep] [TARGET…]

All targets share the processors for N minutes altogether. `--keep` puts what reached something new,
minimised, into fuzz/corpus. Exit status 1 if something was found: the inputs are in
fuzz/target/TARGET/found then.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

FUZZ = Path(__file__).resolve().parent
ROOT = FUZZ.parent
TARGET = FUZZ / "target"
KEPT_BYTES = 250_000  # of one target, before they are packed
LONGEST = 8192
FOUND = ("crash-", "leak-", "oom-", "timeout-")  # how libFuzzer names what it found

JAVA = {
    "link": "worker.link.LinkFuzz",
    "zygote": "worker.zygote.ZygoteFuzz",
    "bytecode": "worker.bundle.BytecodeFuzz",
    "archive": "control.archive.ArchiveFuzz",
    "zip": "control.archive.ZipFuzz",
    "config": "control.config.ConfigFuzz",
    "door": "gateway.door.DoorFuzz",
    "url": "gateway.url.UrlFuzz",
    "signature": "gateway.aws.SignatureFuzz",
    "pattern": "control.cloudwatch.PatternFuzz",
    "policy": "control.lambda.PolicyFuzz",
    "sam": "cli.sam.SamFuzz",
}
TARGETS = (*JAVA, "launcher", "runtime")
SHORT = {"zygote": 0.2}  # its share of the others' time: there is little to find

C_FLAGS = (
    "-std=gnu17 -g -O1 -Wall -Wextra -Wno-unused-function -Wno-unused-parameter"
    " -Wno-unused-variable -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all"
).split()


@dataclass
class Result:
    target: str
    inputs: int
    seconds: float
    coverage: str
    found: list[Path]


def command(target: str) -> list[str]:
    """What runs libFuzzer on a target; libFuzzer's options and folders follow."""
    if target == "launcher":
        return [str(TARGET / "launcher-fuzz"), "-detect_leaks=0"]
    if target == "runtime":
        return ["/usr/bin/python3", "-B", str(ROOT / "runtimes/python/tests/fuzz.py")]
    return [
        os.environ["JAVA"],
        "-Xmx1g",
        "-XX:+UseSerialGC",
        "-XX:+EnableDynamicAgentLoading",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        f"{TARGET}/test-classes:{TARGET}/lib/*",
        "com.code_intelligence.jazzer.Jazzer",
        f"--target_class=org.openlambda.{JAVA[target]}",
        "--instrumentation_includes=org.openlambda.**",
        "--custom_hook_includes=org.openlambda.**",
        f"--reproducer_path={TARGET / target / 'found'}",
        "-rss_limit_mb=0",  # the heap has its own
    ]


def prepare(targets: list[str]) -> None:
    TARGET.mkdir(exist_ok=True)
    if "launcher" in targets:
        source = ROOT / "launcher/tests/fuzz.c"
        subprocess.run(
            ["clang", *C_FLAGS, "-o", TARGET / "launcher-fuzz", source], check=True
        )
    for target in targets:
        folder = TARGET / target
        shutil.rmtree(folder / "found", ignore_errors=True)
        (folder / "found").mkdir(parents=True)
        (folder / "corpus").mkdir(exist_ok=True)
        with zipfile.ZipFile(FUZZ / f"corpus/{target}.zip") as kept:
            kept.extractall(folder / "corpus")


def run(target: str, seconds: float) -> Result:
    folder = TARGET / target
    options = [
        f"-max_total_time={max(1, int(seconds))}",
        f"-max_len={LONGEST}",
        "-timeout=120",
        "-print_final_stats=1",
        f"-artifact_prefix={folder / 'found'}/",
    ]
    dictionary = FUZZ / f"dictionaries/{target}.dict"
    if dictionary.exists():
        options.append(f"-dict={dictionary}")
    start = time.monotonic()
    with open(folder / "log", "wb") as log:
        ended = subprocess.run(
            [*command(target), *options, str(folder / "corpus")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(TARGET / "python")},
            check=False,
        ).returncode
    text = (folder / "log").read_text(errors="replace")
    found = sorted(path for path in (folder / "found").iterdir() if path.name.startswith(FOUND))
    if ended != 0 and not found:
        found = [folder / "log"]
    # libFuzzer counts what it read from the corpus too.
    counts = re.findall(r"number_of_executed_units:\s*(\d+)", text) or re.findall(r"^#(\d+)", text, re.M)
    coverage = re.findall(r"cov: (\d+) ft: (\d+)", text)
    return Result(
        target,
        int(counts[-1]) if counts else 0,
        time.monotonic() - start,
        "/".join(coverage[-1]) if coverage else "-",
        found,
    )


def keep(target: str) -> None:
    """Packs the smallest set that reaches what the whole corpus reaches; small inputs first."""
    folder = TARGET / target
    merged = folder / "merged"
    shutil.rmtree(merged, ignore_errors=True)
    merged.mkdir()
    with open(folder / "merge-log", "wb") as log:
        subprocess.run(
            [*command(target), "-merge=1", f"-max_len={LONGEST}", str(merged), str(folder / "corpus")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(TARGET / "python")},
            check=True,
        )
    pack(target, merged)


def pack(target: str, folder: Path) -> None:
    left = KEPT_BYTES
    inputs = sorted((path.read_bytes() for path in folder.iterdir()), key=lambda one: (len(one), one))
    with zipfile.ZipFile(
        FUZZ / f"corpus/{target}.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9
    ) as kept:
        for number, data in enumerate(inputs):
            left -= len(data)
            if left < 0:
                break
            kept.writestr(zipfile.ZipInfo(f"{number:04}"), data, zipfile.ZIP_DEFLATED, 9)


def show(results: list[Result]) -> None:
    print(f"{'target':<10}{'inputs':>12}{'inputs/s':>10}  {'edges/features':<16}findings")
    for r in results:
        found = ", ".join(str(path.relative_to(ROOT)) for path in r.found) or "none"
        speed = r.inputs / max(r.seconds, 0.001)
        print(f"{r.target:<10}{r.inputs:>12,}{speed:>10,.0f}  {r.coverage:<16}{found}")
    total, findings = sum(r.inputs for r in results), sum(len(r.found) for r in results)
    print(f"{'together':<10}{total:>12,}{'':>28}{findings or 'none'}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev fuzz", description="Runs the fuzz targets.")
    parser.add_argument("--minutes", type=float, default=10, help="for all of them together")
    parser.add_argument("--keep", action="store_true", help="put what is new into fuzz/corpus")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    asked = parser.parse_args()
    targets = asked.targets or list(TARGETS)
    if unknown := [target for target in targets if target not in TARGETS]:
        parser.error(f"there is no target {unknown[0]}; there are {', '.join(TARGETS)}")
    prepare(targets)
    processors = min(os.cpu_count() or 1, len(targets))
    share = asked.minutes * 60 * processors / sum(SHORT.get(t, 1) for t in targets)
    with ThreadPoolExecutor(processors) as lanes:
        results = list(lanes.map(lambda t: run(t, share * SHORT.get(t, 1)), targets))
    show(results)
    if asked.keep:
        for target in targets:
            keep(target)
    return 1 if any(r.found for r in results) else 0


if __name__ == "__main__":
    sys.exit(main())
