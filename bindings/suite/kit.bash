# What the suites of the languages stand on: the library as it would be installed, the sandbox, the shared tests, the counting.

ROOT=$PWD OUT=$PWD/target/bindings
PASSED=0 FAILED=0

. scripts/need.bash
need pkg-config "command -v pkg-config" pkg-config
need python3 "python3 -c 'import http.server'" python3

# Built for tests, which is slower than what ships and says no less.
stage() {
    scripts/test-build build -p chexiao-ffi -p chexiao-cli
    mkdir -p "$OUT/lib/pkgconfig"
    cp target/debug/libchexiao_ffi.so "$OUT/lib/libchexiao.so.0"
    ln -sf libchexiao.so.0 "$OUT/lib/libchexiao.so"
    printf 'Name: chexiao\nDescription: for tests\nVersion: 0\nCflags: -I%s\nLibs: -L%s -lchexiao\n' "$ROOT/include" "$OUT/lib" >"$OUT/lib/pkgconfig/chexiao.pc"
    export PKG_CONFIG_PATH=$OUT/lib/pkgconfig LD_LIBRARY_PATH=$OUT/lib CHEXIAO_LIBRARY=$OUT/lib/libchexiao.so.0
}

start_sandbox() {
    rm -rf "$OUT/sandbox" "$OUT/sandbox.json"
    target/debug/chexiao sandbox --strict --json --dir "$OUT/sandbox" >"$OUT/sandbox.json" &
    sandbox=$!
    trap 'kill "$sandbox" 2>/dev/null || true' EXIT
    for _ in $(seq 600); do grep -q http_url "$OUT/sandbox.json" 2>/dev/null && break || sleep 0.1; done
    CHEXIAO_HTTP=$(sed -n 's/.*"http_url":"\([^"]*\)".*/\1/p' "$OUT/sandbox.json")
    [ -n "$CHEXIAO_HTTP" ] || { echo "the sandbox does not start" >&2; exit 1; }
    export CHEXIAO_HTTP CHEXIAO_SANDBOX=$OUT/sandbox
}

passes() { # title, command…
    local title=$1 started=$SECONDS code=0
    timeout -k 5 600 "${@:2}" >"$OUT/log" 2>&1 || code=$?
    if [ "$code" = 0 ]; then
        PASSED=$((PASSED + 1))
        echo "ok $title ($((SECONDS - started)) s)"
        grep -aE '^(# | +([a-z_]+\.go:[0-9]+: *)?)[0-9]+ |^  says ' "$OUT/log" || true
    else
        FAILED=$((FAILED + 1))
        echo "FAILED $title (exit $code)"
        tail -n 40 "$OUT/log"
    fi
}

# For a runner of tests, which also passes where it has found none or left some out.
says() { # title, pattern of all lines as one, command…
    passes "$1" bash -c 'out=$("${@:2}" 2>&1); code=$?; echo "$out"; [ "$code" = 0 ] && tr "\n" " " <<<"$out" | grep -qE "$1"' says "${@:2}"
}

# The tables that every language runs, through a program that answers from the language's package.
tables() { # language, program…
    passes "$1: vectors and key files" python3 bindings/suite/vectors.py "${@:2}"
    passes "$1: scenarios" python3 tests/c/scenarios.py target/debug/chexiao "$OUT/scenarios" "${@:2}"
    passes "$1: notifications" python3 tests/c/notices.py "${*:2}"
}

block() { # page, mark, which of these
    awk -v mark="\`\`\`$2" -v which="$3" '/^```/ { inside = $0 == mark && ++at == which; next } inside' "$1"
}

# The first block of code of both pages is one program, and closes an order at the sandbox.
example() { # language, folder, mark of the block, file to write, command…
    local page
    for page in README.md README.zh-CN.md; do
        block "bindings/$2/$page" "$3" 1 >"$4"
        passes "$1: the example of $page" bash -c 'out=$("$@" "A$RANDOM$RANDOM") && echo "  says $out" && [[ $out == *"closed, next: done"* ]]' example "${@:5}"
    done
}

# The second is a web server, and hears the sandbox's notifications.
hears() { # language, folder, mark of the block, file to write, command…
    local page
    for page in README.md README.zh-CN.md; do
        block "bindings/$2/$page" "$3" 2 >"$4"
        passes "$1: the web server of $page" bindings/suite/hears.py "$OUT/sandbox/wechat.json" "${@:5}"
    done
}
