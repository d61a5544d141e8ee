#!/usr/bin/env bash
# suites.sh [SUITE…]     inside the machine of boot.sh: runs each suite, its log in /out/SUITE.log,
# JUnit's reports in /out/SUITE/, its exit status and seconds in /out/SUITE.end.
set -uo pipefail
root=$(readlink -f "$(dirname "$(readlink -f "$0")")/../..")
cd "$root" || exit 1
. cli/src/main/sh/java.sh
find_java "$root" || exit 1
all=(launcher linux delegated runtimes worker limits hostile controls rootless uniqueness)
python=/usr/bin/python3
bounded=(timeout --kill-after=60 2400) # a suite that hangs does not keep the others from running

# Without hardware support the processor is slow. This factor stretches deadlines of tests, and
# upper bounds of times that they measure; nothing else.
export OL_SLOW=1
[ "${OL_VM_ACCELERATOR:-tcg}" = kvm ] || OL_SLOW=20
options=(-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -Dio.netty.allocator.type=pooled
  "-Dopenlambda.root=$root" "-Dopenlambda.home=$root/target/openlambda" "-Dopenlambda.slow=$OL_SLOW")
if [ "$OL_SLOW" != 1 ]; then # compiling well costs more than it saves
  options+=(-XX:TieredStopAtLevel=1)
  export OL_JAVA_OPTIONS="-XX:TieredStopAtLevel=1 -Dopenlambda.slow=$OL_SLOW"
fi

junit() {  # junit SUITE ROOM SELECTOR…: tests of a room, in its folder as Maven runs them
  local suite=$1 room=$2
  shift 2
  cd "$room" || return 1
  "${bounded[@]}" "$JAVA" "${options[@]}" -cp "$PWD/target/test-classes:$PWD/target/classes:$(cat target/test.classpath)" \
    org.junit.platform.console.ConsoleLauncher execute --disable-banner --disable-ansi-colors \
    --details=testfeed --fail-if-no-tests --reports-dir="/out/$suite" \
    --config=junit.jupiter.execution.timeout.mode=disabled "$@"
}

launcher() {
  "${bounded[@]}" launcher/test.sh -v
}

linux() {
  junit linux linux --scan-class-path=target/test-classes
}

# As in a container: a control group namespace, whose top is a group with processes in it, ourselves.
delegated() {
  unshare --cgroup --mount sh -c 'umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
    exec "$@"' sh "$BASH" -c "$(declare -p JAVA options bounded); $(declare -f junit)
    junit delegated linux --select-package=org.openlambda.linux.cgroup"
}

runtimes() {
  "${bounded[@]}" "$python" -B -m unittest discover -v -s runtimes/python/tests &&
    junit runtimes runtimes --scan-class-path=target/test-classes
}

worker() {
  junit worker worker --scan-class-path=target/test-classes
}

limits() {
  junit limits tests --select-class=org.openlambda.tests.served.LimitsAppliedTest
}

hostile() {
  junit hostile tests --select-class=org.openlambda.tests.hostile.HostileTest
}

controls() {
  junit controls tests --select-class=org.openlambda.tests.hostile.ControlsTest
}

rootless() {
  junit rootless tests --select-class=org.openlambda.tests.hostile.RootlessHostileTest
}

uniqueness() {
  junit uniqueness tests --select-class=org.openlambda.tests.hostile.UniquenessTest
}

[ $# -gt 0 ] || set -- "${all[@]}"
echo "Linux $(uname -r), $(stat -fc %T /sys/fs/cgroup): $(cat /sys/fs/cgroup/cgroup.subtree_control)" |
  tee /out/machine
status=0
for suite; do
  [[ " ${all[*]} " = *" $suite "* ]] || { echo "no suite $suite; there are ${all[*]}" >&2; exit 2; }
  start=$SECONDS
  ("$suite") >"/out/$suite.log" 2>&1 </dev/null
  end=$?
  echo "$end $((SECONDS - start))" >"/out/$suite.end"
  echo "$suite: status $end after $((SECONDS - start)) s"
  [ "$end" = 0 ] || status=1
done
exit "$status"
