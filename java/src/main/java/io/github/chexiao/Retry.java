package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonValue;

/** Whether the same call may be sent again. Words that this version does not know are {@link #NEVER}. */
public enum Retry {
    // words: retry
    /** Not by a program. */
    NEVER,
    /** As a new call: nothing was executed, or the gateway documents the repetition as harmless. */
    SAME_REQUEST,
    /** Only once a query has shown that the order still stands. */
    AFTER_QUERY;
    // end of words

    /**
     * The word, as in the result JSON.
     *
     * @return the name in lower case
     */
    @JsonValue
    public String word() {
        return Words.of(this);
    }

    static Retry of(String word) {
        return Words.find(values(), word, NEVER);
    }
}
