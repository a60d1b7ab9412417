package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Text to bytes without replacement: where the JDK writes '?' for half a surrogate pair, this refuses. */
final class Utf8 {
    private Utf8() {}

    /** @throws CallException kind utf8, naming {@code parameter} */
    static byte[] bytes(String parameter, String text) {
        return checked(parameter, text).getBytes(UTF_8);
    }

    /** @throws CallException kind utf8, naming {@code parameter} */
    static String checked(String parameter, String text) {
        for (int at = 0; at < text.length(); at++) {
            if (isLone(text, at)) {
                String message = "holds half of a surrogate pair at index " + at + ", which is no character";
                throw ChexiaoException.of(ChexiaoException.Kind.UTF8, parameter, message, "pass whole characters", null);
            }
        }
        return text;
    }

    static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    /** Whether the unit at {@code at} is a surrogate without its other half. */
    static boolean isLone(String text, int at) {
        char unit = text.charAt(at);
        if (Character.isHighSurrogate(unit)) {
            return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
        }
        return Character.isLowSurrogate(unit) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }
}
