# Sourced by the scripts beside it: finds a JDK, builds the program and the load tool unless told where they are, starts the tool.
# shellcheck shell=bash
#
#   --jar DIST   take that unpacked distribution instead of building this checkout (the load tool itself is built if it is not yet)
#   JAVA_HOME    a JDK >= 25; found among the usual folders when it is none
#   MAVEN_ARGS   more arguments for Maven

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

suits() { [ -x "$1/bin/javac" ] && grep -qsE '^JAVA_VERSION="(2[5-9]|[3-9][0-9])' "$1/release"; }

find_java() {
    for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/*; do
        if suits "$home"; then
            printf '%s\n' "$home"
            return
        fi
    done
    echo "benchmarks/load: no JDK (expected: version 25 or newer, in JAVA_HOME or /usr/lib/jvm)" >&2
    return 1
}

need() { # need COMMAND ...
    local missing=()
    for command in "$@"; do
        command -v "$command" >/dev/null 2>&1 || missing+=("$command")
    done
    if [ "${#missing[@]}" -gt 0 ]; then
        echo "benchmarks/load: not installed: ${missing[*]} (Debian: apt install nginx-light haproxy caddy wrk nghttp2-client strace)" >&2
        exit 2
    fi
}

# load_tool COMMAND ARGUMENTS: replaces the shell, so that a signal reaches the tool, which ends what it started.
load_tool() {
    local java arguments=("$@") dist="" i
    java=$(find_java)
    for ((i = 0; i < ${#arguments[@]}; i++)); do
        if [ "${arguments[i]}" = --jar ]; then
            dist=${arguments[i + 1]:?--jar: the folder of an unpacked distribution}
        fi
    done
    if [ -z "$dist" ] || [ ! -f "$root/benchmarks/target/classpath" ]; then
        # shellcheck disable=SC2086 # several arguments are meant to be several
        (cd "$root" && JAVA_HOME=$java mvn -q -B ${MAVEN_ARGS:-} -pl benchmarks -am -DskipTests package) >&2
    fi
    if [ -z "$dist" ]; then
        dist=$(dirname "$(dirname "$(ls -t "$root"/launcher/target/embergate-*/embergate-*/bin/embergate | head -n 1)")")
        arguments+=(--jar "$dist")
    fi
    ulimit -n "$(ulimit -Hn)"
    exec "$java/bin/java" -Xmx768m -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        --sun-misc-unsafe-memory-access=allow -Dio.netty.leakDetection.level=disabled \
        -cp "$root/benchmarks/target/classes:$(cat "$root/benchmarks/target/classpath")" \
        dev.embergate.benchmarks.load.LoadTool "${arguments[@]}" --load "$here" --results "$here/results"
}
