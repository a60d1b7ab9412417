package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonValue;

/** What to do next. Words that this version does not know are {@link #QUERY}. */
public enum Next {
    // words: next
    /** Nothing is left to do. */
    DONE,
    /** Ask the gateway for the order's state before relying on what was said. */
    CONFIRM,
    /** Deliver, or give the money back. */
    FULFIL_OR_REFUND,
    /** Ask the gateway for the order's state; keep the goods. */
    QUERY,
    /** Check order number, merchant and environment. */
    CHECK_ORDER,
    /** Stop and mend the configuration; never repeat blindly. */
    FIX,
    /** Wait, then call again with a new message id. */
    RETRY_LATER,
    /** Close it. */
    CLOSE,
    /** Compare with the books; neither deliver nor refund again. */
    RECONCILE,
    /** Ask what became of the refund, by its own number; never refund under another number. */
    REFUND_QUERY;
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

    static Next of(String word) {
        return Words.find(values(), word, QUERY);
    }
}
