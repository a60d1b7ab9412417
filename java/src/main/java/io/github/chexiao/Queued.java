package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * A call that holds no thread while it waits: the library has it in a queue. One daemon thread for all of them takes what has finished. It
 * starts with a first call and ends once there has been none for a second, so that it keeps no class loader.
 */
final class Queued {
    static final int IDLE_MILLISECONDS = 1000;

    private static final ConcurrentMap<Long, Queued> UNDER_WAY = new ConcurrentHashMap<>();
    private static final AtomicLong TAGS = new AtomicLong();
    private static final ReentrantLock LOCK = new ReentrantLock();
    /** A taker runs that will see what is under way now. */
    private static volatile boolean taking;

    private final Long tag = TAGS.incrementAndGet();
    private final Consumer<Queued> ended;
    private final byte[][] out = new byte[1][];
    private int status;
    private volatile boolean withdrawn;

    /** {@code ended} is told once, by the thread that begins the call or by the taker, which must not be held up. */
    Queued(Consumer<Queued> ended) {
        this.ended = ended;
    }

    /**
     * {@link Native#ask} for a verb that waits, from a virtual thread: it parks meanwhile, and leaves its carrier to others. Nor does it sign
     * there: carriers take up one thread after the other, so that who comes after a thousand calls would wait for a thousand signatures.
     */
    static int ask(Client client, long number, byte[] verb, byte[] text, byte[][] out) {
        CompletableFuture<Queued> ended = new CompletableFuture<>();
        Queued call = new Queued(ended::complete);
        Once begin = new Once(() -> {
            try {
                call.begin(client, number, verb, text);
            } catch (Throwable thrown) {
                ended.completeExceptionally(thrown);
            }
        });
        try {
            Signers.POOL.execute(begin);
        } catch (Throwable refusal) {
            begin.run();
        }
        try {
            ended.join();
        } catch (CompletionException unchecked) {
            if (unchecked.getCause() instanceof Error) {
                throw (Error) unchecked.getCause();
            }
            throw unchecked;
        }
        out[0] = call.out[0];
        return call.status;
    }

    /** Whether this thread is the one that all calls need. */
    static boolean isTaker() {
        return Thread.currentThread() instanceof Taker;
    }

    /** If it throws, nothing was sent, and nobody is told. */
    void begin(Client client, long number, byte[] verb, byte[] text) {
        // Not the one that the taker may have filled by then.
        byte[][] document = new byte[1][];
        int answered;
        try {
            UNDER_WAY.put(tag, this);
            startTaker();
            answered = Native.submit(client, number, verb, text, tag, document);
        } catch (ChexiaoException noThread) {
            document[0] = noThread.toJson().getBytes(StandardCharsets.UTF_8);
            answered = noThread.status();
        } catch (Throwable thrown) {
            UNDER_WAY.remove(tag);
            throw thrown;
        }
        if (answered != 0) {
            UNDER_WAY.remove(tag);
            end(answered, document[0]);
        } else if (withdrawn) {
            Native.withdraw(tag);
        }
    }

    /** Nobody waits for it: if its request is not out, it never will be; else no other follows it. It ends as ever. */
    void withdraw() {
        withdrawn = true;
        if (UNDER_WAY.containsKey(tag)) {
            Native.withdraw(tag);
        }
    }

    /** As of {@link Native#ask}, once it has ended. */
    int status() {
        return status;
    }

    /** As of {@link Native#ask}, once it has ended. */
    byte[][] out() {
        return out;
    }

    private void end(int answered, byte[] document) {
        status = answered;
        out[0] = document;
        ended.accept(this);
    }

    private static void startTaker() {
        if (taking) {
            return;
        }
        LOCK.lock();
        try {
            if (!taking) {
                new Taker().start();
                taking = true;
            }
        } catch (RuntimeException | Error none) {
            String remedy = "let the process have more threads, or call later";
            throw ChexiaoException.of(Kind.NOT_SENT, null, "there is no thread to wait for the reply", remedy, none);
        } finally {
            LOCK.unlock();
        }
    }

    private static boolean stopsTaking() {
        LOCK.lock();
        try {
            // In this order: who puts a call under way looks at it afterwards.
            taking = false;
            taking = !UNDER_WAY.isEmpty();
            return !taking;
        } finally {
            LOCK.unlock();
        }
    }

    private static final class Taker extends Thread {
        /** What was taken and not handed over yet; 0 is nothing. */
        private final long[] tag = new long[1];
        private final byte[][] document = new byte[1][];
        private int status;

        Taker() {
            super("chexiao-queue");
            setDaemon(true);
            setContextClassLoader(null);
        }

        @Override
        public void run() {
            boolean ends = false;
            while (!ends) {
                try {
                    take();
                    ends = tag[0] == 0 && UNDER_WAY.isEmpty() && stopsTaking();
                } catch (Throwable full) {
                    pause();
                }
            }
        }

        /** Until there is nothing to take for a while. */
        private void take() {
            while (tag[0] != 0 || takes()) {
                Queued call = UNDER_WAY.remove(tag[0]);
                tag[0] = 0;
                if (call != null) {
                    call.end(status, document[0]);
                }
            }
        }

        private boolean takes() {
            document[0] = null;
            status = Native.take(IDLE_MILLISECONDS, tag, document);
            if (tag[0] == 0 && status != 0) {
                pause();
            }
            return tag[0] != 0;
        }

        private static void pause() {
            try {
                Thread.sleep(10);
            } catch (InterruptedException nobodyEndsIt) {
                // Interrupted by whom? It goes on.
            }
        }
    }
}
