#!/usr/bin/env bash
# Belief: Hutool's HttpUtil.toParams writes a form that any server reads back to the same values, and decodeParamMap reads
#   what any form encoder wrote.
# Seen: toParams leaves "+" as it is, so that a base64 signature arrives with blanks in it, and decodeParamMap leaves "+" as
#   it is, so that the blank of "2025-11-29 12:00:00" in a notification is a plus, and the genuine message does not verify.
#   HttpUtil.post(url, map) and toParams(map, charset, true) do it right.
# Versions: Hutool 5.8.46, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars cn.hutool:hutool-all:5.8.46)
cat >Form.java <<'JAVA'
import cn.hutool.http.HttpUtil;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.Map;

class Form {
    static void same(String expected, String seen) {
        if (!expected.equals(seen)) throw new AssertionError(seen);
    }

    public static void main(String[] none) {
        String sign = "q+8/Zg==", time = "2025-11-29 12:00:00";
        String written = HttpUtil.toParams(Map.of("sign", sign));
        same("q 8/Zg==", URLDecoder.decode(written.substring(5), StandardCharsets.UTF_8));
        written = HttpUtil.toParams(Map.of("sign", sign), StandardCharsets.UTF_8, true);
        same(sign, URLDecoder.decode(written.substring(5), StandardCharsets.UTF_8));
        String heard = "time=" + URLEncoder.encode(time, StandardCharsets.UTF_8);
        same("2025-11-29+12:00:00", HttpUtil.decodeParamMap(heard, StandardCharsets.UTF_8).get("time"));
        same("2025-11-29+12:00:00", HttpUtil.decodeParams(heard, "UTF-8").get("time").get(0));
        same(time, HttpUtil.decodeParamMap(heard.replace("+", "%20"), StandardCharsets.UTF_8).get("time"));
    }
}
JAVA
java -cp "$path" Form.java
echo "Hutool's toParams and decodeParamMap take + for itself, where a form means a blank"
