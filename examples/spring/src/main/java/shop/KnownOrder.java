package shop;

import io.github.chexiao.Evidence;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.io.Serializable;
import java.time.Instant;

/** An order with the word that stands. The rules are those of examples/orders.py. */
@Entity
@Table(name = "orders")
@IdClass(KnownOrder.Key.class)
class KnownOrder {
    record Key(String gateway, String number) implements Serializable {}

    @Id
    @Column(length = 16)
    private String gateway;

    @Id
    private String number;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, length = 16)
    private Word word = Word.UNKNOWN;

    @Enumerated(EnumType.STRING)
    @Column(nullable = false, length = 16)
    private Evidence evidence = Evidence.NONE;

    /** What a payment asks for that is heard of now. */
    @Enumerated(EnumType.STRING)
    @Column(nullable = false, length = 16)
    private Todo ifPaid = Word.UNKNOWN.ifPaid;

    /** Null once it is done. */
    @Enumerated(EnumType.STRING)
    @Column(length = 16)
    private Todo todo;

    @Column(nullable = false)
    private Instant updated;

    /** For JPA. */
    protected KnownOrder() {}

    KnownOrder(Key key, Instant now) {
        this.gateway = key.gateway();
        this.number = key.number();
        this.updated = now;
    }

    String gateway() {
        return gateway;
    }

    String number() {
        return number;
    }

    Word word() {
        return word;
    }

    Todo todo() {
        return todo;
    }

    /** Takes what is new, and says what is to be done about it now. */
    Todo take(Said said, boolean isAnotherPayment, Instant now) {
        if (write(said, now)) {
            return todo;
        }
        if (isAnotherPayment || said.isForTheBooks(word)) {
            boolean isNew = todo == null || todo == Todo.FULFIL_OR_REFUND || todo == Todo.QUERY;
            return isNew ? set(Todo.RECONCILE, now) : Todo.NOTHING;
        }
        if (said.isWorthAQuery()) {
            return ask(now);
        }
        if (said.isOutcome() && said.word().isFinal() && todo == Todo.QUERY) {
            set(null, now);
        }
        return Todo.NOTHING;
    }

    /** Nothing that is to be done gives way to it, and no word. */
    Todo ask(Instant now) {
        if (todo == null) {
            set(Todo.QUERY, now);
        }
        return Todo.QUERY;
    }

    /** Whether it was still to be done: if not, another word has come in the meantime. */
    boolean done(Todo what, Instant now) {
        boolean isDone = todo == what;
        if (isDone) {
            set(null, now);
        }
        return isDone;
    }

    /** False if a word stands that is not weaker. */
    private boolean write(Said said, Instant now) {
        Word heard = said.word();
        if (word.isFinal() && heard.rank <= word.rank) {
            return false;
        }
        Todo asked = heard == Word.PAID ? ifPaid : heard.todo;
        ifPaid = said.claim().ifPaid == Todo.FULFIL_OR_REFUND ? ifPaid : said.claim().ifPaid;
        word = heard;
        evidence = said.evidence();
        set(asked, now);
        return true;
    }

    Todo set(Todo todo, Instant now) {
        this.todo = todo;
        this.updated = now;
        return todo;
    }
}
