package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonValue;

/** How a run ended. */
public enum BulkEnd {
    /** Every order of its accounts has its last word. */
    COMPLETE,
    /** It was stopped, and orders are left: run it again. */
    STOPPED,
    /** Orders are left at accounts that were stopped: mend their configuration, and run it again. */
    ACCOUNTS_STOPPED;

    /**
     * The word, as in the other languages.
     *
     * @return the name in lower case
     */
    @JsonValue
    public String word() {
        return Words.of(this);
    }

    /** @throws IllegalArgumentException if it is no word of an end */
    static BulkEnd of(String word) {
        return valueOf(word.toUpperCase(java.util.Locale.ROOT));
    }
}
