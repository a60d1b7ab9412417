package shop;

import io.github.chexiao.Confirm;
import io.github.chexiao.Evidence;
import io.github.chexiao.Next;
import io.github.chexiao.Notice;
import io.github.chexiao.Outcome;
import io.github.chexiao.OutcomeCode;
import java.util.EnumSet;
import java.util.Set;

/**
 * What an outcome or a notice says of an order.
 *
 * @param claim its word
 * @param isProven authentic, of this order, and nothing wants it confirmed
 * @param hasHint it points to more than it proves
 */
record Said(Word claim, boolean isProven, Evidence evidence, boolean hasHint, boolean isOutcome) {
    private static final Set<Next> SETTLED = EnumSet.of(Next.DONE, Next.FULFIL_OR_REFUND, Next.RECONCILE);

    static Said by(String gateway, Outcome outcome) {
        Word claim = claim(gateway, outcome.code());
        boolean isProven = !claim.isFinal() || SETTLED.contains(outcome.next());
        return new Said(claim, isProven, outcome.evidence(), outcome.hint().isPresent(), true);
    }

    static Said by(String gateway, Notice notice) {
        boolean isProven = notice.evidence() == Evidence.SIGNED_BOUND && notice.confirm() == Confirm.NOT_NEEDED;
        return new Said(claim(gateway, notice.event()), isProven, notice.evidence(), notice.hint().isPresent(), false);
    }

    private static Word claim(String gateway, OutcomeCode code) {
        Word word = Word.valueOf(code.name());
        return gateway.equals("chinaums") && word.isClosed() ? Word.VOIDED : word;
    }

    Word word() {
        return isProven ? claim : Word.UNKNOWN;
    }

    /** Closed after paid, paid after the money went back by a void, one more refund. */
    boolean isForTheBooks(Word standing) {
        boolean wentBack = standing == Word.REFUNDED || standing == Word.VOIDED;
        return claim.isClosed() && standing == Word.PAID || claim == Word.PAID && standing == Word.VOIDED
                || word() == Word.REFUNDED && wentBack && !isOutcome;
    }

    boolean isWorthAQuery() {
        return hasHint || claim.isFinal() && !isProven;
    }
}
