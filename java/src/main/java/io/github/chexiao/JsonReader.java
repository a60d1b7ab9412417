package io.github.chexiao;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads JSON into maps (in the order written), lists, strings, {@link Long} or {@link BigDecimal}, {@link Boolean} and null. */
final class JsonReader {
    private static final int MAX_DEPTH = 32;
    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
    private static final Pattern LONG = Pattern.compile("-?[0-9]{1,18}");

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException with the index, if {@code text} is no JSON object */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(String text) {
        Object value = read(text);
        if (value instanceof Map) {
            return (Map<String, Object>) value;
        }
        throw new IllegalArgumentException("is no JSON object");
    }

    /** @throws IllegalArgumentException with the index, if {@code text} is no JSON or names a member twice */
    static Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value(0);
        reader.skipBlanks();
        if (reader.at != text.length()) {
            throw reader.malformed("something stands after the JSON value");
        }
        return value;
    }

    private Object value(int depth) {
        skipBlanks();
        if (depth > MAX_DEPTH) {
            throw malformed("nested too deep");
        }
        switch (peek()) {
            case '{':
                return object(depth);
            case '[':
                return array(depth);
            case '"':
                return string();
            case 't':
                return word("true", Boolean.TRUE);
            case 'f':
                return word("false", Boolean.FALSE);
            case 'n':
                return word("null", null);
            default:
                return number();
        }
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        if (!next('}')) {
            do {
                skipBlanks();
                String name = string();
                if (members.containsKey(name)) {
                    throw malformed("a member is named twice");
                }
                expect(':');
                members.put(name, value(depth + 1));
            } while (next(','));
            expect('}');
        }
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> items = new ArrayList<>();
        at++;
        if (!next(']')) {
            do {
                items.add(value(depth + 1));
            } while (next(','));
            expect(']');
        }
        return items;
    }

    private String string() {
        if (peek() != '"') {
            throw malformed("a string is expected here");
        }
        StringBuilder out = new StringBuilder();
        for (at++; peek() != '"'; at++) {
            char unit = text.charAt(at);
            if (unit < ' ') {
                throw malformed("a control character in a string");
            }
            out.append(unit == '\\' ? escape() : unit);
        }
        at++;
        return out.toString();
    }

    private char escape() {
        at++;
        int simple = "\"\\/bfnrt".indexOf(peek());
        if (simple >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(simple);
        }
        if (peek() != 'u' || at + 4 >= text.length()) {
            throw malformed("an unknown escape");
        }
        int unit = 0;
        for (int digits = 0; digits < 4; digits++) {
            int digit = Character.digit(text.charAt(++at), 16);
            if (digit < 0 || text.charAt(at) > 'f') {
                throw malformed("an unknown escape");
            }
            unit = unit << 4 | digit;
        }
        return (char) unit;
    }

    private Number number() {
        int start = at;
        while (at < text.length() && "+-.0123456789Ee".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(start, at);
        if (!NUMBER.matcher(digits).matches()) {
            at = start;
            throw malformed("a JSON value is expected here");
        }
        return LONG.matcher(digits).matches() ? (Number) Long.valueOf(digits) : new BigDecimal(digits);
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw malformed("a JSON value is expected here");
        }
        at += word.length();
        return value;
    }

    private char peek() {
        if (at >= text.length()) {
            throw malformed("the text ends too early");
        }
        return text.charAt(at);
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean next(char expected) {
        skipBlanks();
        boolean found = peek() == expected;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char expected) {
        if (!next(expected)) {
            throw malformed("'" + expected + "' is expected here");
        }
    }

    private IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("is no JSON: " + what + " (index " + at + ")");
    }
}
