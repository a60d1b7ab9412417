# What tests/cpp/run stands on: the packages, the sandbox, the counting.

WORK=$PWD/target/cpp
VERSION=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
PASSED=0 FAILED=0 ORDER=0 SANDBOX_PID=

. scripts/need.bash
need "a C++ compiler with its sanitizers" "links c++ c++ string -fsanitize=address,undefined" g++
need pkg-config "command -v pkg-config" pkg-config
need CMake "command -v cmake" cmake
need make "command -v make" make
need readelf "command -v readelf" binutils
need "valgrind with the C library's symbols" "valgrind true" valgrind libc6-dbg
need python3 "python3 -c 'import http.server'" python3
need libcurl "links cc c curl/curl.h -lcurl" libcurl4-openssl-dev
need SQLite "links cc c sqlite3.h -lsqlite3" libsqlite3-dev
need cJSON "links cc c cjson/cJSON.h -lcjson" libcjson-dev

rm -rf "$WORK"
mkdir -p "$WORK"

# The installed tree that is tested, and its folder of libraries.
use() {
    ROOT=$1
    export PKG_CONFIG_PATH=$ROOT/$2/pkgconfig
}

start_sandbox() {
    SANDBOX=$WORK/sandbox
    target/release/chexiao sandbox --json --dir "$SANDBOX" >"$WORK/sandbox.json" &
    SANDBOX_PID=$!
    trap 'kill $SANDBOX_PID 2>/dev/null || true' EXIT
    for _ in $(seq 600); do
        ! grep -q https_url "$WORK/sandbox.json" || break
        sleep 0.1
    done
    grep -q https_url "$WORK/sandbox.json" || { echo "the sandbox does not start" >&2; exit 1; }
    sed 's|https://127.0.0.1:[0-9]*|https://127.0.0.1:9|' "$SANDBOX/wechat.json" >"$SANDBOX/nobody.json"
}

passes() { # title, command…: in a shell of its own that ends at the first failure; not to be called in a condition
    local title=$1 started=$SECONDS code
    shift
    ORDER=$((ORDER + 1000))
    set +e
    (set -e; "$@") >"$WORK/log" 2>&1
    code=$?
    set -e
    if [ $code = 0 ]; then
        PASSED=$((PASSED + 1))
        echo "ok      $title ($((SECONDS - started)) s)$(sed -nE 's/^ *([0-9]+ (checks|runs|of).*)/ \1/p' "$WORK/log")"
    else
        FAILED=$((FAILED + 1))
        echo "FAILED  $title"
        tail -n 40 "$WORK/log"
    fi
}

fails() {
    if "$@"; then
        echo "should fail: $*"
        return 1
    fi
}

fails_with() { # what it prints, command…
    local code=0
    "${@:2}" >"$WORK/out" 2>&1 || code=$?
    if [ $code = 0 ] || ! grep "$1" "$WORK/out"; then
        echo "should end with an error and say: $1"
        cat "$WORK/out"
        return 1
    fi
}

summary() {
    echo "$PASSED passed, $FAILED failed"
    [ "$FAILED" = 0 ] && [ "$PASSED" -gt 0 ]
}
