# chexiao.hpp, by standard and by mode, under sanitizers and valgrind.

SANITIZED=(-O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)

compile() { # flags…, sources; the program is $WORK/test
    c++ "${FLAGS[@]}" -Wshadow -Wconversion -pthread "$@" $(pkg-config --cflags --libs chexiao) -Wl,-rpath,"$ROOT/lib" -o "$WORK/test"
}

runs() { # flags… and sources -- arguments
    local flags=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do flags+=("$1"); shift; done
    compile "${flags[@]}"
    "$WORK/test" "${@:2}"
}

mixed() {
    c++ "${FLAGS[@]}" "${SANITIZED[@]}" -std=c++11 -fno-exceptions -I"$ROOT/include" -c tests/cpp/mixed_without.cpp -o "$WORK/mixed.o"
    runs "${SANITIZED[@]}" -std=c++11 tests/cpp/mixed.cpp "$WORK/mixed.o"
}

# examples/close_many.cpp, compiled for C++20: more orders than it has under way at once.
coroutines() {
    local orders=() n
    for n in $(seq 200); do orders+=("{\"out_trade_no\":\"MANY$n\"}"); done
    compile "${SANITIZED[@]}" -std=c++20 examples/close_many.cpp
    "$WORK/test" "$SANDBOX/wechat.json" "${orders[@]}" '{"out_trade_no":"PAIDMANY"}' '{"out_trade_no":"&"}' >"$WORK/many" || [ $? = 1 ]
    [ "$(grep -c '^closed ' "$WORK/many") $(sort -u "$WORK/many" | wc -l)" = "200 202" ] || { cat "$WORK/many"; return 1; }
    grep -Fx 'paid {"out_trade_no":"PAIDMANY"}' "$WORK/many"
    grep -Fx 'call {"out_trade_no":"&"}' "$WORK/many"
    "$WORK/test" "$SANDBOX/wechat.json" '{"out_trade_no":"MANY1"}'
}

no_memory() {
    runs "${SANITIZED[@]}" -std=c++17 tests/cpp/memory.cpp -- "$SANDBOX" m1
    runs "${SANITIZED[@]}" -std=c++11 -fno-elide-constructors tests/cpp/memory.cpp -- "$SANDBOX" m2
}

vectors() { python3 tests/cpp/vectors.py | runs "$@" tests/cpp/vectors.cpp -- "$(python3 tests/cpp/vectors.py --count)"; }

scenarios() {
    compile "$@" tests/cpp/asks.cpp
    python3 tests/c/scenarios.py target/release/chexiao "$WORK/scenarios" "$WORK/test"
}

# With the documents of the C interface, which are those of the Rust API: tests/c/run.
notices() {
    make -s -C tests/c OUT="$WORK/c" INCLUDE="$ROOT/include" LIBRARY_DIR="$ROOT/lib" "$WORK/c/asks"
    compile "$@" tests/cpp/asks.cpp
    python3 tests/c/notices.py "$WORK/c/asks" "$WORK/test"
}

wrapper() {
    local std
    for std in 11 14 17 20 23; do
        passes "C++$std, sanitized: client" runs "${SANITIZED[@]}" -std=c++$std tests/cpp/client.cpp
        passes "C++$std, sanitized: -fno-exceptions" runs "${SANITIZED[@]}" -std=c++$std -fno-exceptions tests/cpp/no_exceptions.cpp
        passes "C++$std, sanitized: the queue" runs "${SANITIZED[@]}" -std=c++$std tests/cpp/queue.cpp
    done
    passes "sanitized: -fno-rtti" runs "${SANITIZED[@]}" -std=c++11 -fno-rtti -fno-sanitize=vptr tests/cpp/client.cpp
    passes "sanitized: -fno-exceptions -fno-rtti" runs "${SANITIZED[@]}" -std=c++17 -fno-exceptions -fno-rtti -fno-sanitize=vptr tests/cpp/no_exceptions.cpp
    passes "sanitized: CHEXIAO_NO_EXCEPTIONS" runs "${SANITIZED[@]}" -std=c++17 -DCHEXIAO_NO_EXCEPTIONS tests/cpp/no_exceptions.cpp
    passes "sanitized: the queue, -fno-exceptions" runs "${SANITIZED[@]}" -std=c++11 -fno-exceptions tests/cpp/queue.cpp
    passes "sanitized: many orders closed by coroutines" coroutines
    passes "sanitized: with and without exceptions in one program" mixed
    passes "sanitized: no memory" no_memory
    passes "another ABI" runs -std=c++11 tests/cpp/abi.cpp
    passes "another ABI, -fno-exceptions" runs -std=c++11 -fno-exceptions tests/cpp/abi.cpp
    passes "sanitized: all verify vectors" vectors "${SANITIZED[@]}" -std=c++17
    passes "sanitized: all notification vectors" notices "${SANITIZED[@]}" -std=c++17
    passes "sanitized: every scenario of the table" scenarios "${SANITIZED[@]}" -std=c++17
    passes "sanitized: sends to the sandbox" runs "${SANITIZED[@]}" -std=c++17 tests/cpp/send.cpp -- "$SANDBOX" s1
    passes "sanitized: threads" runs "${SANITIZED[@]}" -std=c++17 tests/cpp/threads.cpp -- "$SANDBOX" s2 200
    passes "valgrind: client" under_valgrind tests/cpp/client.cpp
    passes "valgrind: -fno-exceptions" under_valgrind -fno-exceptions tests/cpp/no_exceptions.cpp
    passes "valgrind: sends to the sandbox" under_valgrind tests/cpp/send.cpp -- "$SANDBOX" v1
    passes "valgrind: threads, 10 rounds instead of 200" under_valgrind tests/cpp/threads.cpp -- "$SANDBOX" v2 10
}

# Not counted: "possibly lost" is what the I/O thread holds, which lives as long as the process.
under_valgrind() { # flags… and sources -- arguments
    local flags=()
    while [ $# -gt 0 ] && [ "$1" != -- ]; do flags+=("$1"); shift; done
    compile -O1 -g -std=c++11 "${flags[@]}"
    valgrind --quiet --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect "$WORK/test" "${@:2}"
}

# Tools that see nothing prove nothing: each must catch an overflow (with an argument) and a leak (without).
tools_see() {
    echo 'int main(int n, char **) { volatile char *p = new char[8]; p[n > 1 ? 8 : 0] = 1; if (n > 1) delete[] p; p = nullptr; return p != nullptr; }' >"$WORK/bad.cpp"
    c++ "${SANITIZED[@]}" -O0 "$WORK/bad.cpp" -o "$WORK/bad"
    fails_with "AddressSanitizer: heap-buffer-overflow" "$WORK/bad" overflow
    fails_with 'LeakSanitizer: detected memory leaks' "$WORK/bad"
    c++ -O0 -g "$WORK/bad.cpp" -o "$WORK/bad"
    fails_with 'Invalid write' valgrind --error-exitcode=99 --leak-check=full "$WORK/bad" overflow
    fails_with 'definitely lost: 8' valgrind --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite "$WORK/bad"
}
