package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonValue;

/** What an outcome rests on. Words that this version does not know are {@link #NONE}. */
public enum Evidence {
    // words: evidence
    /** Nothing that could be checked. */
    NONE,
    /** The gateway signs nothing; the reply came over TLS. It names this call, unless it refuses to look at it. */
    TLS_ONLY,
    /** Signed by the gateway, but the format does not name the order. */
    SIGNED_UNBOUND,
    /** Signed by the gateway and naming this very order. */
    SIGNED_BOUND;
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

    static Evidence of(String word) {
        return Words.find(values(), word, NONE);
    }
}
