# For sourcing: what a command needs is installed where that can be done quietly (Debian-like, root); elsewhere it is named.

apt_install() {
    command -v apt-get >/dev/null && [ "$(id -u)" = 0 ] || return 1
    echo "installing $*" >&2
    (
        flock 9 # apt refuses to run beside itself
        export DEBIAN_FRONTEND=noninteractive
        apt-get -qq update >&2 || true
        apt-get -qq install --no-install-recommends -y "$@" >&2 9<&- # nor may a service that it starts hold the lock
    ) 9<"${BASH_SOURCE[0]}"
}

need() { # what it is, how to see that it is there, Debian packages
    local what=$1 check=$2
    shift 2
    eval "$check" >/dev/null 2>&1 || apt_install "$@" && eval "$check" >/dev/null 2>&1 || {
        echo "$what is missing. Install it; on Debian: $*." >&2
        exit 1
    }
}

# Whether a compiler makes programs: its command may be there without the headers and libraries it needs.
links() { # compiler, language, header, flags…
    local program code=0
    program=$(mktemp)
    "$1" -x "$2" - -o "$program" "${@:4}" <<<"#include <$3>"$'\nint main(void) { return 0; }' || code=$?
    rm -f "$program"
    return $code
}

# What Maven compiles here, the JAR and its tests.
need_java() {
    need "a JDK that compiles for Java 8 and for Java 17 (17 to 25)" "javac --release 8 -version && javac --release 17 -version" default-jdk-headless
    need Maven "mvn --version" maven
}
