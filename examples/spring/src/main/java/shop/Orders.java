package shop;

import io.github.chexiao.Evidence;
import io.github.chexiao.Notice;
import io.github.chexiao.Outcome;
import io.github.chexiao.OutcomeCode;
import jakarta.persistence.EntityManager;
import jakarta.persistence.LockModeType;
import jakarta.persistence.PersistenceException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What closes, queries and notifications say of orders; a final word is never overwritten by a later weaker one. The same as examples/orders.py,
 * for any database that JPA knows. Everything is committed when a method returns.
 */
@Component
class Orders {
    private static final int ATTEMPTS = 10;

    private final EntityManager entities;
    private final TransactionTemplate transaction;

    Orders(EntityManager entities, PlatformTransactionManager transactions) {
        this.entities = entities;
        this.transaction = new TransactionTemplate(transactions);
    }

    /** Before a close is sent, so that it is queried should this process die before {@link #outcome}: the word that stands. */
    Word begin(String gateway, Map<String, String> order) {
        String number = named(gateway, order);
        return committed(() -> {
            KnownOrder known = locked(gateway, number);
            known.ask(Instant.now());
            return known.word();
        });
    }

    /** What came of a close, a query or an ensureClosed of this order. */
    Todo outcome(String gateway, Map<String, String> order, Outcome outcome) {
        String number = named(gateway, order);
        return committed(() -> {
            KnownOrder known = locked(gateway, number);
            entities.persist(new Heard(gateway, null, number, null, outcome.toJson(), Instant.now()));
            return known.take(Said.by(gateway, outcome), false, Instant.now());
        });
    }

    /** When this returns, and not earlier, the notification may be acknowledged. */
    Todo notice(String gateway, Notice notice) {
        if (notice.acknowledge().isEmpty()) {
            return Todo.REFUSE;
        }
        Optional<String> number = Numbers.of(gateway, notice.order());
        if (notice.evidence() == Evidence.NONE) {
            // WeChat Pay's notice of a refund, which nobody vouches for: that it is a repetition neither. It is not kept.
            return number.isEmpty() ? Todo.LOOK : committed(() -> locked(gateway, number.get()).ask(Instant.now()));
        }
        boolean isOfAnOrder = number.isPresent() && notice.evidence() != Evidence.SIGNED_UNBOUND;
        return committed(() -> isOfAnOrder ? ofOrder(gateway, number.get(), notice) : ofNone(gateway, number.orElse(null), notice));
    }

    /** Whether it was still to be done: if not, another word has come in the meantime. */
    boolean done(String gateway, String number, Todo todo) {
        return committed(() -> locked(gateway, number).done(todo, Instant.now()));
    }

    /** What was to be done so long ago and is not: what a process that died left undone. Another call gets it after as long again. */
    List<KnownOrder> due(Duration since) {
        return committed(() -> {
            Instant now = Instant.now();
            List<KnownOrder> late = entities
                    .createQuery("select o from KnownOrder o where o.todo is not null and o.updated <= :then order by o.updated", KnownOrder.class)
                    .setParameter("then", now.minus(since))
                    .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                    .getResultList();
            late.forEach(order -> order.set(order.todo(), now));
            return late;
        });
    }

    Optional<KnownOrder> known(String gateway, String number) {
        return Optional.ofNullable(entities.find(KnownOrder.class, new KnownOrder.Key(gateway, number)));
    }

    private Todo ofOrder(String gateway, String number, Notice notice) {
        KnownOrder known = locked(gateway, number);
        boolean isAnotherPayment = isAnotherPayment(gateway, number, notice);
        return keep(gateway, number, notice) ? known.take(Said.by(gateway, notice), isAnotherPayment, Instant.now()) : Todo.NOTHING;
    }

    private Todo ofNone(String gateway, String number, Notice notice) {
        return keep(gateway, number, notice) ? Todo.LOOK : Todo.NOTHING;
    }

    /** A payment was heard of that was not this one. */
    private boolean isAnotherPayment(String gateway, String number, Notice notice) {
        String key = key(notice);
        return notice.event() == OutcomeCode.PAID && key != null && entities
                .createQuery("select count(h) from Heard h where h.gateway = :gateway and h.number = :number and h.event = 'paid' and h.dedupe <> :key",
                        Long.class)
                .setParameter("gateway", gateway)
                .setParameter("number", number)
                .setParameter("key", key)
                .getSingleResult() > 0;
    }

    /** False if it is known. */
    private boolean keep(String gateway, String number, Notice notice) {
        String key = key(notice);
        boolean isKnown = key != null && entities
                .createQuery("select count(h) from Heard h where h.gateway = :gateway and h.dedupe = :key", Long.class)
                .setParameter("gateway", gateway)
                .setParameter("key", key)
                .getSingleResult() > 0;
        if (!isKnown) {
            entities.persist(new Heard(gateway, key, number, notice.event().word(), notice.toJson(), Instant.now()));
        }
        return !isKnown;
    }

    /** Against repeats; null if there is none. At YSEPay two refunds of one payment have the same, but not the same number. */
    private static String key(Notice notice) {
        String refund = notice.order().get("out_request_no");
        return notice.dedupe().map(dedupe -> refund == null ? dedupe : dedupe + "|" + refund).orElse(null);
    }

    /** The order's row, which nobody else has until this transaction ends. */
    private KnownOrder locked(String gateway, String number) {
        KnownOrder.Key key = new KnownOrder.Key(gateway, number);
        KnownOrder known = entities.find(KnownOrder.class, key, LockModeType.PESSIMISTIC_WRITE);
        if (known == null) {
            known = new KnownOrder(key, Instant.now());
            entities.persist(known);
            entities.flush();
        }
        return known;
    }

    /** In one transaction; once more where another was first, whose row is there then. */
    private <T> T committed(Supplier<T> work) {
        for (int attempt = 1;; attempt++) {
            try {
                return transaction.execute(status -> work.get());
            } catch (PersistenceException | DataAccessException raced) {
                if (attempt == ATTEMPTS) {
                    throw raced;
                }
            }
        }
    }

    private static String named(String gateway, Map<String, String> order) {
        return Numbers.of(gateway, order).orElseThrow(() -> new IllegalArgumentException("the order names no number of " + gateway));
    }
}
