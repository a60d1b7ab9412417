package shop;

import static shop.Todo.FULFIL_OR_REFUND;
import static shop.Todo.QUERY;
import static shop.Todo.RECONCILE;
import static shop.Todo.REFUND;
import static shop.Todo.RELEASE;

/** What is known of an order. A word is written over one of a lower rank; while nothing final stands (ranks 0 and 1), the newest counts. */
enum Word {
    UNKNOWN(0, QUERY, FULFIL_OR_REFUND),
    OPEN(1, QUERY, FULFIL_OR_REFUND),
    PROCESSING(1, QUERY, FULFIL_OR_REFUND),
    NOT_FOUND(1, QUERY, FULFIL_OR_REFUND),
    REFUSED(1, QUERY, FULFIL_OR_REFUND),
    MISCONFIGURED(1, QUERY, FULFIL_OR_REFUND),
    THROTTLED(1, QUERY, FULFIL_OR_REFUND),
    CLOSED(2, RELEASE, REFUND),
    ALREADY_CLOSED(2, RELEASE, REFUND),
    PAID(3, FULFIL_OR_REFUND, FULFIL_OR_REFUND),
    /** ChinaUMS closes what is paid: the money went back. A payment heard of after it may be the one that was voided. */
    VOIDED(4, RELEASE, RECONCILE),
    REFUNDED(5, RECONCILE, RECONCILE);

    final int rank;
    /** What it asks for. */
    final Todo todo;
    /** What a payment asks for that is heard of after it, be it proven or only said. */
    final Todo ifPaid;

    Word(int rank, Todo todo, Todo ifPaid) {
        this.rank = rank;
        this.todo = todo;
        this.ifPaid = ifPaid;
    }

    boolean isFinal() {
        return rank >= CLOSED.rank;
    }

    boolean isClosed() {
        return this == CLOSED || this == ALREADY_CLOSED;
    }
}
