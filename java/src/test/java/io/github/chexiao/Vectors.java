package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** tests/vectors, with the keys put in. */
final class Vectors {
    private static final Path FOLDER = Repository.ROOT.resolve("tests/vectors");

    interface Check {
        /** What is wrong, or null. */
        String of(Map<?, ?> vector) throws Exception;
    }

    private Vectors() {}

    /** Runs {@code check} over every vector of a kind; fails if there are fewer than the manifest says. */
    static int run(String kind, Check check) {
        long expected = 0;
        int ran = 0;
        List<String> failures = new ArrayList<>();
        for (Map<?, ?> file : files(kind)) {
            expected += (Long) file.get("count");
            for (Map<?, ?> vector : of(file)) {
                ran++;
                String wrong = wrong(check, vector);
                if (wrong != null) {
                    failures.add(vector.get("id") + ": " + wrong);
                }
            }
        }
        assertEquals(expected, ran, "vectors found against the manifest");
        assertTrue(ran > 0, "no vectors of kind " + kind);
        assertTrue(failures.isEmpty(), failures.size() + " of " + ran + " failed:\n" + String.join("\n", failures));
        System.out.println(ran + " " + kind + " vectors passed");
        return ran;
    }

    private static String wrong(Check check, Map<?, ?> vector) {
        try {
            return check.of(vector);
        } catch (Exception | AssertionError thrown) {
            return thrown.toString();
        }
    }

    static long total() {
        return (Long) JsonReader.object(Repository.text(FOLDER.resolve("manifest.json"))).get("total");
    }

    static List<Map<?, ?>> files(String kind) {
        List<Map<?, ?>> files = new ArrayList<>();
        for (Object file : (List<?>) JsonReader.object(Repository.text(FOLDER.resolve("manifest.json"))).get("files")) {
            if (((Map<?, ?>) file).get("kind").equals(kind)) {
                files.add((Map<?, ?>) file);
            }
        }
        return files;
    }

    static List<Map<?, ?>> of(Map<?, ?> file) {
        Map<?, ?> content = JsonReader.object(Repository.text(FOLDER.resolve((String) file.get("path"))));
        List<Map<?, ?>> vectors = new ArrayList<>();
        for (Object vector : (List<?>) content.get("vectors")) {
            vectors.add((Map<?, ?>) withKeys(vector, (Map<?, ?>) content.get("keys")));
        }
        return vectors;
    }

    static Object withKeys(Object value, Map<?, ?> keys) {
        if (value instanceof List) {
            List<Object> items = new ArrayList<>();
            ((List<?>) value).forEach(item -> items.add(withKeys(item, keys)));
            return items;
        }
        if (!(value instanceof Map)) {
            return value;
        }
        Map<?, ?> members = (Map<?, ?>) value;
        if (members.containsKey("$key")) {
            return keys.get(members.get("$key"));
        }
        Map<String, Object> replaced = new LinkedHashMap<>();
        members.forEach((name, inner) -> replaced.put((String) name, withKeys(inner, keys)));
        return replaced;
    }

    @SuppressWarnings("unchecked")
    static Client client(Map<?, ?> vector) {
        Object text = vector.get("config_text");
        return text == null ? Client.open((Map<String, ?>) vector.get("config")) : Client.open((String) text);
    }

    static Call call(Map<?, ?> vector) {
        Object text = vector.get("call_text");
        return Call.ofJson(text == null ? JsonWriter.write(vector.get("call")) : (String) text);
    }

    /** The first member of {@code expected} that {@code actual} does not hold, or null. */
    static String difference(Object expected, Object actual, String path) {
        if (expected instanceof Map && actual instanceof Map) {
            for (Map.Entry<?, ?> member : ((Map<?, ?>) expected).entrySet()) {
                String wrong = difference(member.getValue(), ((Map<?, ?>) actual).get(member.getKey()), path + "/" + member.getKey());
                if (wrong != null) {
                    return wrong;
                }
            }
            return null;
        }
        return java.util.Objects.equals(expected, actual) ? null : path + " is " + actual + ", not " + expected;
    }
}
