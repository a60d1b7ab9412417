# The examples, built in every way the pages name, against the sandbox.

# Every link line of the pages, as it stands there, for all the examples.
link_lines() { grep -hE '^cc close\.c ' include/README.md docs/guide/c.md docs/guide/c.zh-CN.md | sort -u; }

pages_have_lines() { [ "$(link_lines | wc -l)" -ge 4 ]; }

by_line() { # the line
    local line=${1//\/usr\/local/$ROOT} c="cc -std=c89 ${FLAGS[*]}" cpp="c++ -std=c++11 ${FLAGS[*]}" to="-o $WORK/close"
    line=${line/cc close.c/COMPILE}
    eval "$(sed "s|COMPILE|$c examples/close.c|; s|-o close|${to}_c|" <<<"$line")"
    eval "$(sed "s|COMPILE|$cpp examples/close.cpp|; s|-o close|${to}_cpp|" <<<"$line")"
    eval "$(sed "s|COMPILE|$c examples/legacy/close_with_libcurl.c|; s|-o close|${to}_curl|" <<<"$line") -lcurl -lcjson"
    c="cc -std=c99 ${FLAGS[*]}" to="-o $WORK/notification"
    $c -c examples/orders.c -o "$WORK/orders.o"
    eval "$(sed "s|COMPILE|$c examples/notification.c $WORK/orders.o|; s|-o close|${to}_c|" <<<"$line") -lsqlite3"
    eval "$(sed "s|COMPILE|$cpp examples/notification.cpp $WORK/orders.o|; s|-o close|${to}_cpp|" <<<"$line") -lsqlite3"
}

by_cmake() { # shared or static
    rm -rf "$WORK/cmake"
    cmake -S tests/cpp -B "$WORK/cmake" -DCMAKE_PREFIX_PATH="$ROOT" -DCMAKE_BUILD_TYPE=Release -DLINKAGE="$1"
    cmake --build "$WORK/cmake"
    mv "$WORK"/cmake/close_{c,cpp,curl} "$WORK"/cmake/notification_{c,cpp} "$WORK/"
}

sanitized_by_hand() {
    FLAGS+=("${SANITIZED[@]}")
    by_line "cc close.c -I/usr/local/include -L/usr/local/lib -lchexiao -Wl,-rpath,/usr/local/lib -o close"
    examples_close shared
    examples_hear
}

# What a sandbox posts, through a web server that starts them.
examples_hear() { python3 tests/cpp/notifications.py target/release/chexiao "$WORK/hear" "$WORK/notification_c" "$WORK/notification_cpp"; }

is_linked() { # shared or static
    local needed
    needed=$(readelf -d "$WORK/close_c" | grep -c 'NEEDED.*libchexiao' || true)
    [ "$needed" = $([ "$1" = shared ] && echo 1 || echo 0) ]
}

closes() { # exit code, gateway, order: with all three programs, each on an order of its own
    local program code ca
    for program in c cpp curl; do
        code=0 ca=()
        [ $program != curl ] || ca=("$SANDBOX/ca.pem")
        ORDER=$((ORDER + 1))
        "$WORK/close_$program" "$SANDBOX/$2.json" "${3//@/$ORDER}" "${ca[@]}" >"$WORK/out" 2>"$WORK/err" || code=$?
        [ "$code" = "$1" ] || { echo "close_$program $2 $3 ends with $code, not $1"; cat "$WORK/out" "$WORK/err"; return 1; }
    done
}

examples_close() { # shared or static
    local program
    is_linked "$1"
    closes 11 wechat '{"out_trade_no":"A@"}'
    closes 0 icbc '{"agreeCode":"0000000000090000000001000000085016","orderCode":"2019021314281026","partnerSeq":"A@"}'
    closes 11 ysepay '{"protocol_no":"A@"}'
    closes 0 edgeros '{"mch_trade_no":"A@"}'
    closes 11 chinaums '{"authIdRespCd":"","billDate":"","billNo":"","merOrderId":"A@"}'
    closes 12 wechat '{"out_trade_no":"CLOSED@"}'
    closes 13 wechat '{"out_trade_no":"PAID@"}'
    closes 15 wechat '{"out_trade_no":"NOTFOUND@"}'
    closes 19 wechat '{"out_trade_no":"UNSIGNED@"}'
    closes 19 wechat '{"out_trade_no":"CUT@"}'
    closes 19 wechat '{"out_trade_no":"HALF@"}'
    closes 19 wechat '{"out_trade_no":"RESET@"}'
    closes 2 wechat '{"no_such_field":"@"}'
    closes 2 nobody '{"out_trade_no":"A@"}'
    closes 2 no_such_file '{"out_trade_no":"A@"}'
    for program in c cpp; do
        "$WORK/notification_$program" </dev/null >"$WORK/out" 2>"$WORK/err" || true
        grep '^Status: 500 ' "$WORK/out" || { echo "notification_$program, started by nobody, does not answer 500"; return 1; }
    done
}

in_every_way() { # where
    local line linkage
    while IFS= read -r line; do
        linkage=static
        unset LD_LIBRARY_PATH
        [[ $line != *-lchexiao* ]] || linkage=shared
        # This line leaves finding the library to the loader.
        [[ $line != *"--libs chexiao"* ]] || { linkage=shared; export LD_LIBRARY_PATH=$ROOT/lib; }
        passes "$1: $line" by_line "$line"
        passes "$1: it is $linkage, and closes orders" examples_close $linkage
    done < <(link_lines)
    unset LD_LIBRARY_PATH
    for linkage in shared static; do
        passes "$1: CMake, chexiao::$linkage" by_cmake "$linkage"
        passes "$1: it is $linkage, and closes orders" examples_close $linkage
    done
}

# At a gateway that acts and hangs up: what may have happened is unknown, and it was sent once.
sent_once() {
    local program code
    hung_up() { python3 tests/cpp/hangs_up.py "$SANDBOX/wechat.json" "$SANDBOX/hangs_up.json" "$@" >"$WORK/sent"; }
    by_line "cc close.c -I/usr/local/include -L/usr/local/lib -lchexiao -Wl,-rpath,/usr/local/lib -o close"
    for program in c cpp curl; do
        code=0
        hung_up "$WORK/close_$program" "$SANDBOX/hangs_up.json" '{"out_trade_no":"A1"}' || code=$?
        [ "$code $(cat "$WORK/sent")" = "19 1" ] || { echo "close_$program ends with $code, sent $(cat "$WORK/sent") times"; return 1; }
    done
    cc "${FLAGS[@]}" tests/cpp/kept.c -lcurl -o "$WORK/kept"
    hung_up "$WORK/kept" URL
    [ "$(cat "$WORK/sent")" = 2 ] || { echo "libcurl by itself: sent $(cat "$WORK/sent") times, so that this proves nothing"; return 1; }
    cc "${FLAGS[@]}" -DONCE tests/cpp/kept.c -lcurl -o "$WORK/kept"
    hung_up "$WORK/kept" URL
    [ "$(cat "$WORK/sent")" = 1 ] || { echo "libcurl by the switches: sent $(cat "$WORK/sent") times"; return 1; }
}
