# Finds Java 25 and sets JAVA (the program) and JAVA_HOME. Sourced by ./ol and ./dev.

# Where to look, one folder a line, in this order: the runtime of a distribution, JAVA_HOME, `java`
# on the path, and where distributions, SDKMAN and IDEs put theirs.
java_places() {  # java_places FOLDER: the project's or the distribution's
  printf '%s\n' "$1/runtime" "${JAVA_HOME:-}"
  local program
  if program=$(command -v java); then
    program=$(readlink -f "$program")
    printf '%s\n' "${program%/bin/*}"
  fi
  printf '%s\n' /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/*
}

java_version() {  # java_version FOLDER: sets version to its major one; empty if there is no Java
  local line
  version=
  [ -x "$1/bin/java" ] && [ -f "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*=}
        line=${line#\"}
        version=${line%%[!0-9]*}
        ;;
    esac
  done <"$1/release"
}

find_java() {  # find_java FOLDER [PROGRAM]: one that has PROGRAM, as javac; 25 rather than newer
  local place version newer=""
  while IFS= read -r place; do
    java_version "$place"
    if [ -n "$version" ] && [ "$version" -ge 25 ] && [ -x "$place/bin/${2:-java}" ]; then
      if [ "$version" = 25 ]; then
        use_java "$place"
        return
      fi
      newer=${newer:-$place}
    fi
  done < <(java_places "$1")
  if [ -n "$newer" ]; then
    use_java "$newer"
    return
  fi
  echo "OpenLambda needs a JDK 25 and finds none in JAVA_HOME, on the PATH or where JDKs usually" \
    "are: install it, for example with 'apt install openjdk-25-jdk' (or temurin-25-jdk from" \
    "Adoptium), 'dnf install java-25-openjdk-devel' or 'sdk install java 25-tem', or unpack one" \
    "anywhere and set JAVA_HOME to its folder." >&2
  return 1
}

use_java() {
  JAVA_HOME=$1 JAVA=$1/bin/java
  export JAVA_HOME
}
