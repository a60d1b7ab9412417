package io.github.chexiao;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The number by which the library knows a client; 0 once it is freed. The library checks it at every use, so a race with {@link #free()} is
 * an error, never a crash. A client that was dropped without being closed is freed when the next one is opened: no thread, no finaliser.
 */
final class Handle extends PhantomReference<Client> {
    private static final ReferenceQueue<Client> DROPPED = new ReferenceQueue<>();
    private static final Set<Handle> OPEN = ConcurrentHashMap.newKeySet();

    private final AtomicLong number;

    Handle(Client client, long number) {
        super(client, DROPPED);
        this.number = new AtomicLong(number);
        OPEN.add(this);
    }

    long number() {
        return number.get();
    }

    void free() {
        long freed = number.getAndSet(0);
        if (freed != 0) {
            Native.free(freed);
            OPEN.remove(this);
            clear();
        }
    }

    static void freeDropped() {
        for (Object dropped = DROPPED.poll(); dropped != null; dropped = DROPPED.poll()) {
            ((Handle) dropped).free();
        }
    }

    /** Clients that are neither closed nor known to be dropped. */
    static int open() {
        return OPEN.size();
    }
}
