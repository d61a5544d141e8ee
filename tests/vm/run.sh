#!/usr/bin/env bash
# run.sh [SUITE…]      the second half of `./dev test --vm`: on the kernel that boot.sh boots, the
# suites that a kernel can break. Without names, all that suites.sh knows.
#
# Everything was compiled outside; inside, tests only run. Their logs grow in target/vm/out; at the
# end summary.py prints what passed, failed or was skipped and why. Exit status: 0 if all suites ran
# on pure cgroup v2 and none failed.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
cd "$here/../.."
out=$PWD/target/vm/out
rm -rf "$out" && mkdir -p "$out"
status=0
nice -n 15 "$here/boot.sh" -t 7200 "$out" "$here/suites.sh" "$@" || status=$?
[ "$status" != 125 ] || exit 125
[ "$status" != 124 ] || echo "not done after two hours" >&2
python3 -B "$here/summary.py" "$out" "$SECONDS" "$@" || status=1
exit "$status"
