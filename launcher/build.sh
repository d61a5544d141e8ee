#!/bin/sh
# build.sh OUTDIR            makes OUTDIR/launcher, OUTDIR/rootless,
#                            OUTDIR/policy/{zygote,strict}.bpf and
#                            OUTDIR/runtimes/python/libol_python.so
# build.sh OUTDIR controls   the same for tests only: --env OL_WITHOUT=LAYER switches a layer off
# Does nothing when nothing is newer. Needs gcc (CC) and Python 3 (PYTHON).
set -eu
out=${1:?"usage: build.sh OUTDIR [controls]"}
variant=${2-}
here=$(cd "$(dirname "$0")" && pwd)
src=$here/src
CC=${CC:-gcc}
PYTHON=${PYTHON:-/usr/bin/python3}
command -v "$CC" >/dev/null || {
    echo "build.sh: there is no $CC; install it: apt install gcc libc6-dev (Debian, Ubuntu)" \
        "or dnf install gcc glibc-static (Fedora)" >&2
    exit 1
}

# True if $1 is missing or older than any of the rest.
stale() {
    made=$1
    shift
    [ -e "$made" ] || return 0
    for from; do
        if [ "$from" -nt "$made" ]; then return 0; fi
    done
    return 1
}

# compile OUTPUT FLAGS… SOURCES…
compile() {
    to=$1
    shift
    "$CC" -std=gnu17 -O2 -g -Wall -Wextra -Werror -Wshadow -Wconversion -Wno-sign-conversion \
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection \
        $branches "-ffile-prefix-map=$here=launcher" -Wl,-z,relro,-z,now,-z,noexecstack \
        -o "$to" "$@" ${controls:+-DCONTROLS "$controls"}
}

case $variant in
    "") controls= ;;
    controls) controls=$here/tests/controls.c ;;
    *)
        echo "build.sh: $variant is no variant; leave it out or say controls" >&2
        exit 1
        ;;
esac
case $(uname -m) in
    x86_64) branches=-fcf-protection ;;
    *) branches= ;;
esac
mkdir -p "$out/policy" "$out/runtimes/python"

# Static: LD_PRELOAD and the like mean nothing to it, and the two processes that wait stay small.
for program in launcher rootless; do
    if stale "$out/$program" "$0" "$src/$program.c" "$src"/confine.[ch] "$here"/tests/controls.c
    then
        compile "$out/$program" -static-pie -fPIE "$src/$program.c" "$src/confine.c"
    fi
done
side=$out/runtimes/python/libol_python.so
if stale "$side" "$0" "$src"/[cpz]*.[ch] "$here/tests/controls.c"; then
    compile "$side" -shared -fPIC -fvisibility=hidden "$src"/[cpz]*.c
fi
for stage in zygote strict; do
    if stale "$out/policy/$stage.bpf" "$here"/policy/[cs]* "$here"/policy/numbers/*; then
        "$PYTHON" -B "$here/policy/compile.py" "$out/policy" "$(uname -m)"
    fi
done
