#!/bin/sh
# test.sh [OPTION…]: the policy's tests, the C unit tests under sanitizers and, as root, the real launcher.
# OPTIONs are those of Python's unittest, such as -v.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
CC=${CC:-gcc}
PYTHON=${PYTHON:-/usr/bin/python3}
target=$here/target
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

"$here/build.sh" "$target/shipped"
"$here/build.sh" "$target/controls" controls

"$PYTHON" -B "$here/policy/test_policy.py" "$@"

"$CC" -std=gnu17 -g -O1 -Wall -Wextra -Werror -fsanitize=address,undefined \
    -fno-sanitize-recover=all -o "$folder/unit" "$here/tests/unit.c"
"$folder/unit" "$folder"

"$CC" -std=gnu17 -g -O1 -Wall -Wextra -Werror -Wno-unused-function -Wno-unused-parameter \
    -Wno-unused-variable -DALONE -fsanitize=address,undefined -fno-sanitize-recover=all \
    -o "$folder/fuzz" "$here/tests/fuzz.c"
"$PYTHON" -m zipfile -e "$here/../fuzz/corpus/launcher.zip" "$folder/kept"
"$folder/fuzz" "$folder/kept" 20000 20261128

if [ "$(id -u)" -ne 0 ]; then
    echo "test.sh: SKIPPED: the end-to-end tests of the launcher need root; run: sudo $0" >&2
    exit 0
fi
"$PYTHON" -B "$here/tests/test_launcher.py" "$target/shipped" "$target/controls" "$@"
