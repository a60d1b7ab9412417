package io.github.chexiao;

/** Whether a close should be confirmed by a query. Words that this version does not know are {@link #REQUIRED}. */
public enum Confirm {
    /** The reply is the last word. */
    NOT_NEEDED,
    /** The gateway's answer leaves room for a mistake of ours, such as a wrong order number. */
    RECOMMENDED,
    /** The reply alone does not settle it. */
    REQUIRED;

    /**
     * The word, as in the result JSON.
     *
     * @return the name in lower case
     */
    public String word() {
        return Words.of(this);
    }

    static Confirm of(String word) {
        return Words.find(values(), word, REQUIRED);
    }
}
