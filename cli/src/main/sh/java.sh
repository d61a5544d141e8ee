# Finds a Java 25 and sets JAVA (the program) and JAVA_HOME. Sourced by ./ol and ./dev.
# Looked for, in this order: a runtime that came with the distribution, JAVA_HOME, `java` on the path,
# and where distributions, SDKMAN and IDEs put theirs.

is_java_25() {
  [ -x "$1/bin/java" ] || return 1
  case $(sed -n 's/^JAVA_VERSION="\{0,1\}\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null) in
    2[5-9] | [3-9][0-9]) return 0 ;;
    *) return 1 ;;
  esac
}

find_java() {
  local on_path="" candidate
  if command -v java >/dev/null 2>&1; then
    on_path=$(dirname "$(dirname "$(readlink -f "$(command -v java)")")")
  fi
  for candidate in "$1/runtime" "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*; do
    if [ -n "$candidate" ] && is_java_25 "$candidate"; then
      JAVA_HOME=$candidate JAVA=$candidate/bin/java
      export JAVA_HOME
      return 0
    fi
  done
  echo "OpenLambda needs Java 25 or newer and found none. Install it, for example: apt install" \
    "temurin-25-jdk (Adoptium's repository) or openjdk-25-jdk; dnf install java-25-openjdk-devel;" \
    "sdk install java 25-tem. Elsewhere: unpack one and set JAVA_HOME to its folder." >&2
  return 1
}
