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

# Whether this process has CAP_SYS_NICE, number 23 of capabilities(7), in the machine's own user
# namespace: in another one it would not help.
may_speed_up() {
  local key value
  read -r key value </proc/self/uid_map
  [ "$key:${value// /}" = 0:04294967295 ] || return 1
  while read -r key value; do
    if [ "$key" = CapEff: ]; then
      [ $((16#$value >> 23 & 1)) = 1 ]
      return
    fi
  done </proc/self/status
  return 1
}

# A cache that is not of these jars or this Java is passed over in silence. Commands that ask a
# server need a quarter of the jars, and each jar costs a millisecond.
options=(-XX:+UseSerialGC -Xlog:disable -Xlog:all=error:stderr -Xlog:aot*=off:stderr)
options+=(--enable-native-access=ALL-UNNAMED -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8)
jar=$home/lib/server.jar
case ${1:-} in
  dev | up | worker)
    cache=server
    options+=(-Xms192m -Xmn64m)
    # An archive of 50 MB comes in base64 within JSON, and two of them may at once.
    if [ "$1" = up ]; then cache=up options+=(-Xmx1536m); else options+=(-Xmx512m); fi
    options+=(-Dio.netty.allocator.type=pooled -Dio.netty.leakDetection.level=disabled)
    options+=(-Dpicocli.disable.closures=true) # those of Groovy, looked for in all jars
    # As root its compilers give way (nice 5), and its event loops come before handlers (nice -5).
    # Until it has started compilers have what is left over, if that can be taken back.
    nice=5
    if may_speed_up; then nice=19; fi
    options+=(-XX:-PrintWarnings -XX:ThreadPriorityPolicy=1 "-XX:CompilerThreadPriority=$nice")
    options+=(-XX:-UseDynamicNumberOfCompilerThreads) # later ones would stay at 19
    ;;
  import) # archives of 50 MB, in base64
    jar=$home/lib/cli.jar cache=cli; options+=(-XX:TieredStopAtLevel=1 -Xmx768m) ;;
  new | deploy | invoke | config | secret | publish | versions | alias | rollback | url | rm | \
    logs | ls | why | login | logout | servers | users | keys | accounts | audit | admin)
    jar=$home/lib/cli.jar cache=cli; options+=(-XX:TieredStopAtLevel=1 -Xmx256m) ;;
  bench) cache=ol; options+=(-Xms256m -Xmx1g) ;; # its client shares the cores: compiled well
  *) cache=ol; options+=(-XX:TieredStopAtLevel=1 -Xmx256m) ;;
esac
[ -f "$home/lib/$cache.aot" ] && options+=("-XX:AOTCache=$home/lib/$cache.aot")
[ -n "${OL_JAVA_OPTIONS:-}" ] && read -r -a more <<<"$OL_JAVA_OPTIONS" && options+=("${more[@]}")
exec "$JAVA" "${options[@]}" "-Dopenlambda.home=$home" "-Dopenlambda.command=$here/ol" \
  -jar "$jar" "$@"
