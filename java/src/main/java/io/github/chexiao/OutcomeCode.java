package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonValue;

/** The outcomes. Numbers and words are those of every other language, fixed for ever. */
public enum OutcomeCode {
    // words: outcomes
    /** An authentic reply says the order is closed now. Settled only where {@code next} is {@code done}; else query. */
    CLOSED(1),
    /** It was closed, failed or cancelled before. Settled only where {@code next} is {@code done}; else query. */
    ALREADY_CLOSED(2),
    /** Money was taken; the order is not closed. Where {@code next} is {@code confirm}, query before delivering or refunding. */
    PAID(3),
    /** The buyer or the bank is in the middle. Query later and keep the goods. */
    PROCESSING(4),
    /** The gateway knows no such order. Check order number, merchant and environment. */
    NOT_FOUND(5),
    /** The gateway refused, without saying that it is paid or closed. Query the order. */
    REFUSED(6),
    /** The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again. */
    MISCONFIGURED(7),
    /** Too many requests; not executed. Wait, then call again. */
    THROTTLED(8),
    /** Everything else, and the default: the close may have happened. Query the order. */
    UNKNOWN(9),
    /** The order stands and can still be closed. */
    OPEN(10),
    /** Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again. */
    REFUNDED(11);
    // end of words

    private final int number;

    OutcomeCode(int number) {
        this.number = number;
    }

    /**
     * The number, which is also the status of the C interface.
     *
     * @return 1 to 11
     */
    public int number() {
        return number;
    }

    /**
     * The word, as in the result JSON.
     *
     * @return such as {@code already_closed}
     */
    @JsonValue
    public String word() {
        return Words.of(this);
    }

    /** @throws IllegalArgumentException if the number is another's; what this version does not know has any */
    static void check(String word, long number) {
        OutcomeCode code = of(word);
        if (code.word().equals(word) && code.number != number) {
            throw new IllegalArgumentException("code is not the number of the outcome");
        }
    }

    /** What a newer library may say beyond this list is unknown to this program. */
    static OutcomeCode of(String word) {
        return Words.find(values(), word, UNKNOWN);
    }
}
