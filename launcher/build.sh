#!/bin/sh
# build.sh OUTDIR             compiles OUTDIR/launcher, OUTDIR/runtimes/python/libol_python.so, OUTDIR/policy/*.bpf
# build.sh OUTDIR controls    the same for tests only: --env OL_WITHOUT=LAYER switches one layer off
# Does nothing when nothing is newer. Needs gcc (CC) and Python 3 (PYTHON).
set -eu
out=${1:?"usage: build.sh OUTDIR [controls]"}
variant=${2-}
here=$(cd "$(dirname "$0")" && pwd)
CC=${CC:-gcc}
PYTHON=${PYTHON:-/usr/bin/python3}
command -v "$CC" >/dev/null || {
    echo "build.sh: there is no $CC; install it: apt install gcc libc6-dev (Debian, Ubuntu), dnf install gcc glibc-static (Fedora)" >&2
    exit 1
}

# True if $1 is missing or older than any of the rest.
stale() {
    made=$1; shift
    [ -e "$made" ] || return 0
    for from; do [ "$from" -nt "$made" ] && return 0; done
    return 1
}

case $variant in
    "") controls= ;;
    controls) controls=$here/tests/controls.c ;;
    *) echo "build.sh: $variant is no variant; leave it out or say controls" >&2; exit 1 ;;
esac
case $(uname -m) in
    x86_64) branches=-fcf-protection ;;
    *) branches= ;;
esac
flags="-std=gnu17 -O2 -g -Wall -Wextra -Werror -Wshadow -Wconversion -Wno-sign-conversion -D_FORTIFY_SOURCE=2
    -fstack-protector-strong -fstack-clash-protection $branches -Wl,-z,relro,-z,now,-z,noexecstack"
src=$here/src
mkdir -p "$out/policy" "$out/runtimes/python"

# Static: LD_PRELOAD and the like mean nothing to it, and the two processes that only wait stay small.
if stale "$out/launcher" "$0" "$src"/launcher.c "$src"/confine.[ch] "$here/tests/controls.c"; then
    "$CC" $flags -static-pie -fPIE -o "$out/launcher" "$src/launcher.c" "$src/confine.c" ${controls:+-DCONTROLS "$controls"}
fi
python_side=$out/runtimes/python/libol_python.so
if stale "$python_side" "$0" "$src"/python.c "$src"/zygote.[ch] "$src"/confine.[ch] "$here/tests/controls.c"; then
    "$CC" $flags -shared -fPIC -fvisibility=hidden -o "$python_side" "$src/python.c" "$src/zygote.c" "$src/confine.c" ${controls:+-DCONTROLS "$controls"}
fi
for stage in zygote strict; do
    if stale "$out/policy/$stage.bpf" "$here"/policy/compile.py "$here"/policy/syscalls.txt "$here"/policy/numbers/*; then
        "$PYTHON" -B "$here/policy/compile.py" "$out/policy" "$(uname -m)"
    fi
done
