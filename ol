#!/usr/bin/env bash
# Starts OpenLambda. In a checkout it is built first if something is missing or newer.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")

# Every user of the machine can read a command line, and a database's URL may have a password: it
# goes into the environment, and this script begins anew.
if [ "${1:-}" = up ]; then
  words=() url=
  while [ $# -gt 0 ]; do
    case $1 in
      --database=*) url=${1#*=} ;;
      --database) if [ $# -gt 1 ]; then url=$2; shift; else words+=("$1"); fi ;;
      *) words+=("$1") ;;
    esac
    shift
  done
  if [ -n "$url" ]; then OL_DATABASE=$url exec "$here/ol" "${words[@]}"; fi
  set -- "${words[@]}"
fi

if [ -d "$here/lib" ]; then
  home=$here
  . "$here/libexec/java.sh"
else
  home=$here/target/openlambda
  . "$here/cli/src/main/sh/java.sh"
fi
find_java "$here"

if [ "$home" != "$here" ] && "$here/dev" is-stale; then
  echo "building OpenLambda (the first time takes some minutes) …" >&2
  "$here/dev" build-once >&2
fi

# A cache that is not of these jars or this Java is passed over in silence.
options=(-XX:+UseSerialGC -Xlog:disable -Xlog:all=error:stderr -Xlog:aot*=off:stderr)
options+=(--enable-native-access=ALL-UNNAMED -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8)
case ${1:-} in
  dev | up | worker)
    cache=server
    options+=(-Xms192m -Xmn64m)
    # An archive of 50 MB comes in base64 within JSON, and two of them may at once.
    if [ "$1" = up ]; then cache=up options+=(-Xmx1536m); else options+=(-Xmx512m); fi
    options+=(-Dio.netty.allocator.type=pooled -Dio.netty.leakDetection.level=disabled)
    # As root its compilers give way (nice 5), as a start else waits behind them, and its event
    # loops come before handlers (nice -5).
    options+=(-XX:-PrintWarnings -XX:ThreadPriorityPolicy=1 -XX:CompilerThreadPriority=5)
    ;;
  import) cache=cli; options+=(-XX:TieredStopAtLevel=1 -Xmx768m) ;; # archives of 50 MB, in base64
  bench) cache=cli; options+=(-Xms256m -Xmx1g) ;; # its client shares the cores: compiled well
  *) cache=cli; options+=(-XX:TieredStopAtLevel=1 -Xmx256m) ;;
esac
[ -f "$home/lib/$cache.aot" ] && options+=("-XX:AOTCache=$home/lib/$cache.aot")
[ -n "${OL_JAVA_OPTIONS:-}" ] && read -r -a more <<<"$OL_JAVA_OPTIONS" && options+=("${more[@]}")
exec "$JAVA" "${options[@]}" "-Dopenlambda.home=$home" "-Dopenlambda.command=$here/ol" \
  -jar "$home/lib/server.jar" "$@"
