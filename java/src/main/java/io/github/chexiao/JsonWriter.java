package io.github.chexiao;

import java.util.Map;

/** Writes maps, lists, texts, numbers, booleans and null as JSON. Half a surrogate pair becomes its escape, which the library refuses by name. */
final class JsonWriter {
    /** Deeper than anything the library reads; ends the walk through a map that holds itself. */
    private static final int MAX_DEPTH = 32;

    private final StringBuilder out = new StringBuilder(256);

    private JsonWriter() {}

    /** @throws IllegalArgumentException for anything else, and for a key that is no text; the message names the type, not the value */
    static String write(Object value) {
        JsonWriter writer = new JsonWriter();
        writer.value(value, 0);
        return writer.out.toString();
    }

    private void value(Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("is nested too deep");
        }
        if (value instanceof CharSequence) {
            text(value.toString());
        } else if (value instanceof Map) {
            object((Map<?, ?>) value, depth);
        } else if (value instanceof Iterable) {
            array((Iterable<?>) value, depth);
        } else if (value == null || value instanceof Boolean || value instanceof Number) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("holds a " + value.getClass().getName() + ", which is no JSON");
        }
    }

    private void object(Map<?, ?> members, int depth) {
        String separator = "{";
        for (Map.Entry<?, ?> member : members.entrySet()) {
            if (!(member.getKey() instanceof CharSequence)) {
                throw new IllegalArgumentException("holds a key that is no text");
            }
            out.append(separator);
            text(member.getKey().toString());
            out.append(':');
            value(member.getValue(), depth + 1);
            separator = ",";
        }
        out.append(members.isEmpty() ? "{}" : "}");
    }

    private void array(Iterable<?> items, int depth) {
        String separator = "";
        out.append('[');
        for (Object item : items) {
            out.append(separator);
            value(item, depth + 1);
            separator = ",";
        }
        out.append(']');
    }

    private void text(String text) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char unit = text.charAt(at);
            if (unit == '"' || unit == '\\') {
                out.append('\\').append(unit);
            } else if (unit < ' ' || Utf8.isLone(text, at)) {
                out.append(String.format("\\u%04x", (int) unit));
            } else {
                out.append(unit);
            }
        }
        out.append('"');
    }
}
