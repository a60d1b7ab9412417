package io.github.chexiao;

import java.util.Locale;

/** The words of the JSON documents are the names of the enums in lower case. */
final class Words {
    private Words() {}

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    static <E extends Enum<E>> E find(E[] values, String word, E otherwise) {
        for (E value : values) {
            if (of(value).equals(word)) {
                return value;
            }
        }
        return otherwise;
    }
}
