package io.github.chexiao;

/** The outcomes. Numbers and words are those of every other language, fixed for ever. */
public enum OutcomeCode {
    /** An authentic reply says the order is closed now. Where {@link Outcome#next()} is {@link Next#CONFIRM}, query before relying on it. */
    CLOSED(1),
    /** It was closed, failed or cancelled before. */
    ALREADY_CLOSED(2),
    /** Money was taken; the order is not closed. Where {@link Outcome#next()} is {@link Next#CONFIRM}, query before delivering or refunding. */
    PAID(3),
    /** The buyer or the bank is in the middle: query later, keep the goods. */
    PROCESSING(4),
    /** The gateway knows no such order: check number, merchant, environment. */
    NOT_FOUND(5),
    /** An authentic "no" without a reason above: query. */
    REFUSED(6),
    /** Signature, key, field, permission or clock; not executed: mend, never repeat blindly. */
    MISCONFIGURED(7),
    /** Too many requests; not executed: wait, then call again. */
    THROTTLED(8),
    /** Everything else, and the default: the close may have happened. Query. */
    UNKNOWN(9),
    /** (Queries.) Not closed, can still be closed; where closing voids: what it voids still stands. */
    OPEN(10),
    /** Money was taken and given back, in part or whole: compare with the books; neither deliver nor refund again. */
    REFUNDED(11);

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
    public String word() {
        return Words.of(this);
    }

    /** What a newer library may say beyond this list is unknown to this program. */
    static OutcomeCode of(String word) {
        return Words.find(values(), word, UNKNOWN);
    }
}
