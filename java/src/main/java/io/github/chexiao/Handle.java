package io.github.chexiao;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * The number by which the library knows a client, a journal or a job; 0 once it is freed. The library checks it at every use, so a race with
 * {@link #free()} is an error, never a crash. What was dropped without being closed is freed when the next one is opened: no thread, no
 * finaliser.
 */
final class Handle extends PhantomReference<Object> {
    private static final ReferenceQueue<Object> DROPPED = new ReferenceQueue<>();
    private static final Set<Handle> OPEN = ConcurrentHashMap.newKeySet();

    private final AtomicLong number;
    private final LongConsumer frees;

    /** {@code frees} must not know the owner. */
    Handle(Object owner, long number, LongConsumer frees) {
        super(owner, DROPPED);
        this.number = new AtomicLong(number);
        this.frees = frees;
        OPEN.add(this);
    }

    long number() {
        return number.get();
    }

    void free() {
        long freed = number.getAndSet(0);
        if (freed != 0) {
            frees.accept(freed);
            OPEN.remove(this);
            clear();
        }
    }

    static void freeDropped() {
        for (Object dropped = DROPPED.poll(); dropped != null; dropped = DROPPED.poll()) {
            ((Handle) dropped).free();
        }
    }

    /** What is neither closed nor known to be dropped. */
    static int open() {
        return OPEN.size();
    }
}
