package io.github.chexiao;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Headers as HTTP clients and servers have them: a name with all its values. */
final class Headers {
    private Headers() {}

    /** A header that comes twice becomes one, as HTTP has it; a nameless one is none. */
    static Map<String, String> joined(Map<String, ? extends List<String>> headers) {
        Map<String, String> joined = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (headers != null) {
            headers.forEach((name, values) -> add(joined, name, values));
        }
        return joined;
    }

    private static void add(Map<String, String> headers, String name, List<String> values) {
        if (name != null && values != null) {
            headers.merge(name, String.join(", ", values), (before, after) -> before + ", " + after);
        }
    }
}
