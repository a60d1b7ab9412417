package shop;

/** What is to be done about an order. Who gets one other than {@link #NOTHING} is the only one to get it, until {@link Orders#due} hands it out. */
enum Todo {
    /** Nothing proves that the gateway sent it: nothing is stored. */
    REFUSE,
    /** It is known, or changes nothing. */
    NOTHING,
    /** Authentic, but about no order that has a number here: somebody looks at it. */
    LOOK,
    /** Ask the gateway, and give the answer to {@link Orders#outcome}. */
    QUERY,
    /** Closed: the goods may be sold to others. */
    RELEASE,
    /** Paid: compare the amount, then deliver or give the money back. */
    FULFIL_OR_REFUND,
    /** Paid after it was closed: give the money back. */
    REFUND,
    /** Money went back, or two things contradict each other: compare with the books before anything else. */
    RECONCILE
}
