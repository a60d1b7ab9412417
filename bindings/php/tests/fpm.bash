#!/usr/bin/env bash
# Under php-fpm: preloaded by a master that forks, with `ffi.enable=preload` in force; calls of two workers, a notification heard.
#   fpm.bash PHP-FPM FOLDER    with CHEXIAO_SANDBOX and CHEXIAO_HTTP of a sandbox
set -euo pipefail
fpm=$1 folder=$2 here=$(cd "$(dirname "$0")" && pwd)
socket=$folder/socket
rm -rf "$folder" && mkdir -p "$folder"
printf '%s\n' '[global]' "error_log = $folder/log" '[www]' "listen = $socket" "user = $(id -un)" 'pm = static' 'pm.max_children = 2' \
    'clear_env = no' 'catch_workers_output = yes' 'php_admin_flag[display_errors] = on' >"$folder/fpm.conf"

"$fpm" -R -F -y "$folder/fpm.conf" -d ffi.enable=preload -d "ffi.preload=$here/../chexiao.h" -d opcache.enable=1 \
    -d "opcache.preload=$here/../preload.php" -d "opcache.preload_user=$(id -un)" 2>"$folder/stderr" &
master=$!
trap 'kill "$master" 2>/dev/null; wait "$master" || true' EXIT
for _ in $(seq 600); do [ -S "$socket" ] && break || sleep 0.1; done
[ -S "$socket" ] || { cat "$folder/stderr"; exit 1; }

ask() { # script, query, body
    printf %s "${3-}" | REQUEST_METHOD=POST SCRIPT_FILENAME=$here/fpm/$1 QUERY_STRING=${2-} REQUEST_URI=/heard CONTENT_TYPE=text/xml \
        CONTENT_LENGTH=$(printf %s "${3-}" | wc -c) cgi-fcgi -bind -connect "$socket" | tr -d '\r'
}

expect() { # what, pattern, answer
    grep -qE "$2" <<<"$3" || { printf '%s: not %s, but:\n%s\n' "$1" "$2" "$3"; tail -n 20 "$folder/log"; exit 1; }
}

expect "what is not preloaded has no FFI" 'FFI API is restricted' "$(ask restricted.php)"

# Beside each other, 300 ms each.
asks=()
for at in $(seq 20); do
    ask call.php "operation=close&number=DELAYF$$N$at" >"$folder/close-$at" &
    asks+=($!)
done
wait "${asks[@]}"
for at in $(seq 20); do expect "close $at" '^closed by [0-9]+$' "$(cat "$folder/close-$at")"; done
workers=$(cat "$folder"/close-* | grep -oE 'by [0-9]+' | sort -u | wc -l)
[ "$workers" = 2 ] || { echo "20 closes by $workers workers"; exit 1; }

order=PAIDF$$
expect "a query" '^paid by' "$(ask call.php "operation=query&number=$order")"
body=$(python3 -c 'import base64, json, sys, urllib.request as web
asked = json.dumps({"gateway": "wechat", "order": sys.argv[2]}).encode()
told = json.load(web.urlopen(web.Request(sys.argv[1] + "/_sandbox/notices", asked, {"Content-Type": "application/json"})))
print(base64.b64decode(told["body_base64"]).decode(), end="")' "$CHEXIAO_HTTP" "$order")
expect "a notification" 'SUCCESS' "$(ask heard.php '' "$body")"
expect "one that was altered" 'FAIL' "$(ask heard.php '' "${body/PAIDF/PAIDG}")"
echo "  20 closes and 2 notifications by 2 workers of php-fpm, preloaded"
