package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonValue;

/** Whether a close should be confirmed by a query. Words that this version does not know are {@link #REQUIRED}. */
public enum Confirm {
    // words: confirm
    /** The reply is the last word. */
    NOT_NEEDED,
    /** The reply leaves room for a mistake (of ours, such as a wrong order number) or does not name the order. */
    RECOMMENDED,
    /** The reply alone does not settle it. */
    REQUIRED;
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

    static Confirm of(String word) {
        return Words.find(values(), word, REQUIRED);
    }
}
