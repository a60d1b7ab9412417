#!/usr/bin/env bash
# Belief: a BigDecimal of 1.10 or 100.00 that a program puts into a document is written as 1.10 and 100.00; read back,
#   it stays so where the mapper is told to use BigDecimal.
# Seen: Hutool and org.json write 1.1 and 100. Jackson 2 writes a map as it is but its tree, of the same map, as 1.1 and
#   1E+2, also when read with USE_BIG_DECIMAL_FOR_FLOATS; Jackson 3 no more. Hutool makes a text of a number with 28
#   digits. What is signed again, or compared with an amount as text, differs.
# Versions: Hutool 5.8.46, org.json 20251224, Jackson 2.23.0 and 3.3.0, fastjson2 2.0.58, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars cn.hutool:hutool-all:5.8.46 org.json:json:20251224 com.fasterxml.jackson.core:jackson-databind:2.23.0 \
    tools.jackson.core:jackson-databind:3.3.0 com.alibaba.fastjson2:fastjson2:2.0.58)
cat >Amounts.java <<'JAVA'
import java.math.BigDecimal;
import java.util.*;

class Amounts {
    static void same(String expected, String seen) {
        if (!expected.equals(seen)) throw new AssertionError(seen);
    }

    public static void main(String[] none) throws Exception {
        Map<String, Object> amounts = new TreeMap<>(Map.of("a", new BigDecimal("1.10"), "b", new BigDecimal("100.00")));
        String text = "{\"a\":1.10,\"b\":100.00}", tree = "{\"a\":1.1,\"b\":1E+2}";
        var two = new com.fasterxml.jackson.databind.ObjectMapper()
                .enable(com.fasterxml.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
        var three = tools.jackson.databind.json.JsonMapper.builder()
                .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
        same(text, two.writeValueAsString(amounts));
        same(tree, two.valueToTree(amounts).toString());
        same(tree, two.readTree(text).toString());
        same(text, three.valueToTree(amounts).toString());
        same(text, three.readTree(text).toString());
        same(text, com.alibaba.fastjson2.JSON.parseObject(text).toString());
        same("{\"a\":1.1,\"b\":100}", cn.hutool.json.JSONUtil.toJsonStr(amounts));
        same("{\"a\":1.1,\"b\":100}", new org.json.JSONObject(amounts).toString());
        same("{\"a\":\"4200001234202511290123456789\"}", cn.hutool.json.JSONUtil.parseObj("{\"a\":4200001234202511290123456789}").toString());
    }
}
JAVA
java -cp "$path" Amounts.java
echo "100.00 is 100 to Hutool and org.json and 1E+2 to the trees of Jackson 2"
