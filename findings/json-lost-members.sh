#!/usr/bin/env bash
# Belief: a JSON writer fails where a getter throws, and one that cannot read a class says so: half a document is never
#   written as if it were whole; whether the class is public makes no difference.
# Seen: fastjson 2 throws if the class is public, and leaves the member out if it is not (or always with
#   fastjson2.creator=reflect). To fastjson 1 a record is {}. org.json leaves out what throws, and writes {} for whatever
#   is not public. An outcome put away like that has lost its "next" without a word.
# Versions: fastjson 1.2.83, fastjson2 2.0.58, org.json 20251224, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars com.alibaba:fastjson:1.2.83 com.alibaba.fastjson2:fastjson2:2.0.58 org.json:json:20251224)
cat >Lost.java <<'JAVA'
package kept;

import java.util.concurrent.Callable;

public class Lost {
    public static class Public {
        public String getCode() { return "paid"; }
        public String getNext() { throw new IllegalStateException("not read yet"); }
    }

    static class Private extends Public {}

    public record Row(String code, String next) {}

    static void same(String expected, Callable<Object> write) {
        String written;
        try {
            written = write.call().toString();
        } catch (Exception error) {
            written = "throws";
        }
        if (!expected.equals(written)) throw new AssertionError(written + ", not " + expected);
    }

    public static void main(String[] none) {
        String half = "{\"code\":\"paid\"}", whole = "{\"code\":\"paid\",\"next\":\"query\"}";
        same("throws", () -> com.alibaba.fastjson.JSON.toJSONString(new Public()));
        same("throws", () -> com.alibaba.fastjson.JSON.toJSONString(new Private()));
        same("throws", () -> com.alibaba.fastjson2.JSON.toJSONString(new Public()));
        same(half, () -> com.alibaba.fastjson2.JSON.toJSONString(new Private()));
        same(half, () -> new org.json.JSONObject(new Public()));
        same("{}", () -> com.alibaba.fastjson.JSON.toJSONString(new Row("paid", "query")));
        same(whole, () -> com.alibaba.fastjson2.JSON.toJSONString(new Row("paid", "query")));
    }
}
JAVA
javac -cp "$path" -d . Lost.java
java -cp ".:$path" kept.Lost
echo "fastjson 2 drops a member whose getter throws where the class is not public; a record is {} to fastjson 1"
