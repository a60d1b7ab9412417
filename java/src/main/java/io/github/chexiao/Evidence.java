package io.github.chexiao;

/** What an outcome rests on. Words that this version does not know are {@link #NONE}. */
public enum Evidence {
    /** A signed reply that names the order. */
    SIGNED_BOUND,
    /** A signed reply in a format that does not name the order. */
    SIGNED_UNBOUND,
    /** A reply that is not signed, over TLS, with the ids of the request. */
    TLS_ONLY,
    /** Nothing that proves anything. */
    NONE;

    /**
     * The word, as in the result JSON.
     *
     * @return the name in lower case
     */
    public String word() {
        return Words.of(this);
    }

    static Evidence of(String word) {
        return Words.find(values(), word, NONE);
    }
}
