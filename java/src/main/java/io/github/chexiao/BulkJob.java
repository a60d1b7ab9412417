package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The orders of some accounts in a {@link BulkJournal}, and the pace at which they are closed. Run it until it is {@link BulkEnd#COMPLETE}.
 *
 * <pre>{@code
 * try (BulkJournal journal = BulkJournal.sqlite(Paths.get("tonight.db"));
 *         BulkJob job = BulkJob.on(journal).account("shop", Paths.get("wechat.json")).rate(50).open()) {
 *     job.read(BulkInput.of(Paths.get("orders.csv")).account("shop"));
 *     job.run();
 *     journal.results().forEach(result -> System.out.println(result.line() + " " + result.word() + " " + result.next().word()));
 * }
 * }</pre>
 *
 * <p>A {@link ChexiaoException} means that nothing was sent; after a {@link JournalException} requests may have been.
 */
public final class BulkJob implements AutoCloseable {
    private final transient Handle handle;
    private final Consumer<? super BulkEvent> listener;

    private BulkJob(Builder settings) {
        byte[] given = Utf8.bytes("settings", BulkBorder.json("settings", settings.members));
        byte[][] names = settings.accounts.keySet().stream().map(name -> Utf8.bytes("account", name)).toArray(byte[][]::new);
        byte[][] configs = settings.accounts.values().toArray(new byte[0][]);
        handle = settings.journal.openJob(this, given, names, configs);
        listener = settings.listener;
    }

    /**
     * Begins a job.
     *
     * @param journal what its orders are in; it stays usable beside the job
     * @return the beginning, with the pace of the command line: 50 requests a second for each account
     */
    public static Builder on(BulkJournal journal) {
        return new Builder(journal);
    }

    /**
     * Reads an input into the journal; sends nothing. What gives no order is told by {@link BulkJournal#unreadable()}.
     *
     * @param input the input
     * @return how much it gave
     * @throws CallException if it cannot be read; what was read until then is in the journal
     * @throws ConfigException if it does not say what it is
     * @throws JournalException if the journal failed
     */
    public BulkRead read(BulkInput input) {
        byte[] text = Utf8.bytes("input", input.toJson());
        return new BulkRead(JsonReader.object(BulkBorder.said(out -> BulkNative.read(this, handle.number(), text, out))));
    }

    /**
     * Works until every order of the accounts has its last word, or until it is stopped. Interrupting the thread stops it, as {@link #stop()}
     * does: it returns when the requests under way are over, with the interrupt still set. The listener is called on this thread.
     *
     * @return how it ended
     * @throws ChexiaoException if it did not begin: an input was not read to its end, or the job is closed
     * @throws JournalException if the journal failed: run it again
     */
    public BulkEnd run() {
        Handle stopper = stopper();
        try {
            return run(stopper);
        } finally {
            stopper.free();
        }
    }

    /**
     * {@link #runAsync(Executor)} on a thread of its own, which does not keep the JVM alive.
     *
     * @return completes with the end, or with the exception of {@link #run}
     */
    public CompletableFuture<BulkEnd> runAsync() {
        return runAsync(work -> {
            Thread thread = new Thread(work, "chexiao-bulk");
            thread.setDaemon(true);
            thread.start();
        });
    }

    /**
     * {@link #run()} on a thread of the executor, which it has until the end.
     *
     * @param executor such as one of virtual threads
     * @return completes with the end, or with the exception of {@link #run}. Cancelling or completing it stops the job, at once or before its
     *     thread has begun; requests under way are still heard. To wait for those, {@link #stop()} the job instead
     */
    public CompletableFuture<BulkEnd> runAsync(Executor executor) {
        Objects.requireNonNull(executor, "executor");
        // Of this run, though its thread may begin later than it is cancelled.
        Handle stopper = stopper();
        CompletableFuture<BulkEnd> future = new CompletableFuture<>();
        future.whenComplete((end, error) -> BulkNative.stop(stopper.number()));
        Once beginning = new Once(() -> complete(future, stopper));
        try {
            executor.execute(beginning);
        } catch (Throwable refusal) {
            if (beginning.claim()) {
                stopper.free();
                String remedy = "give it more threads, or run the job later";
                future.completeExceptionally(ChexiaoException.of(Kind.NOT_SENT, null, "the executor rejected the run", remedy, refusal));
            }
        }
        return future;
    }

    /**
     * Has the run, or the reading, that is under way take no more orders; from any thread. It ends when the requests under way are over. If there
     * is none, the next one ends before it takes any.
     */
    public void stop() {
        Handle stopper = stopper();
        BulkNative.stop(stopper.number());
        stopper.free();
    }

    /** Frees the keys and the connections. A run that is under way goes on. Closing again does nothing. */
    @Override
    public void close() {
        handle.free();
    }

    /** For logs: nothing of the accounts. */
    @Override
    public String toString() {
        return "BulkJob";
    }

    private BulkEnd run(Handle stopper) {
        Handle run = BulkBorder.opened(this, (number, out) -> BulkNative.begin(this, handle.number(), listener != null, number, out));
        return new BulkRun(run, stopper).ended(listener == null ? nobody -> {} : listener);
    }

    /** The stopper is freed first: what has ended by itself is not to be stopped. */
    private void complete(CompletableFuture<BulkEnd> future, Handle stopper) {
        BulkEnd end;
        try {
            end = run(stopper);
        } catch (Throwable thrown) {
            stopper.free();
            future.completeExceptionally(thrown);
            return;
        }
        stopper.free();
        future.complete(end);
    }

    private Handle stopper() {
        return BulkBorder.opened(this, (number, out) -> BulkNative.stopper(this, handle.number(), number, out));
    }

    /** A job in the making; for one thread. What is not said is as on the command line. */
    public static final class Builder {
        private final BulkJournal journal;
        private final Map<String, byte[]> accounts = new LinkedHashMap<>();
        private final Map<String, Object> members = new LinkedHashMap<>();
        private Consumer<? super BulkEvent> listener;

        private Builder(BulkJournal journal) {
            this.journal = Objects.requireNonNull(journal, "journal");
        }

        /**
         * An account of the job.
         *
         * @param name by which orders choose it
         * @param config a file, as of {@link Client#open(Path)}
         * @return this
         * @throws ConfigException if the file cannot be read
         */
        public Builder account(String name, Path config) {
            return account(name, ConfigFile.read(config));
        }

        /**
         * An account of the job.
         *
         * @param name by which orders choose it
         * @param config maps, as of {@link Client#open(Map)}
         * @return this
         * @throws CallException if they hold what is no JSON
         */
        public Builder account(String name, Map<String, ?> config) {
            return account(name, BulkBorder.json("config", Objects.requireNonNull(config, "config")));
        }

        /**
         * An account of the job.
         *
         * @param name by which orders choose it
         * @param config JSON, as of {@link Client#open(String)}
         * @return this
         */
        public Builder account(String name, String config) {
            return account(name, Utf8.bytes("config", config));
        }

        /**
         * The pace of each account; closes and queries count alike.
         *
         * @param perSecond requests, 0.01 to 100,000; 50 unless said
         * @return this
         */
        public Builder rate(double perSecond) {
            return with("rate", perSecond);
        }

        /**
         * Requests under way for each account.
         *
         * @param requests at least 1; 32 unless said
         * @return this
         */
        public Builder inFlight(int requests) {
            return with("in_flight", requests);
        }

        /**
         * The pace of each host, which accounts may share.
         *
         * @param perSecond requests, 0.01 to 100,000; 200 unless said
         * @return this
         */
        public Builder hostRate(double perSecond) {
            return with("host_rate", perSecond);
        }

        /**
         * Requests under way for each host.
         *
         * @param requests at least 1; 128 unless said
         * @return this
         */
        public Builder hostInFlight(int requests) {
            return with("host_in_flight", requests);
        }

        /**
         * Requests of an order before a person must look.
         *
         * @param attempts at least 1; 12 unless said
         * @return this
         */
        public Builder attempts(int attempts) {
            return with("attempts", attempts);
        }

        /**
         * Between an attempt and the next one; then twice as long each time.
         *
         * @param delay 10 ms to a day; 2 s unless said
         * @return this
         */
        public Builder delay(Duration delay) {
            return with("delay", seconds(delay));
        }

        /**
         * The longest of these delays.
         *
         * @param delay 10 ms to a day; 5 min unless said
         * @return this
         */
        public Builder longestDelay(Duration delay) {
            return with("longest_delay", seconds(delay));
        }

        /**
         * How much longer than a request may last before another worker takes up its order.
         *
         * @param grace 1 s to a day; 10 s unless said
         * @return this
         */
        public Builder grace(Duration grace) {
            return with("grace", seconds(grace));
        }

        /**
         * Names a listener, which hears what happens, on the thread that runs the job. A slow one slows the job; what it throws stops the job, and
         * {@link BulkJob#run} throws it.
         *
         * @param listener {@code null} for none
         * @return this
         */
        public Builder onEvent(Consumer<? super BulkEvent> listener) {
            this.listener = listener;
            return this;
        }

        /**
         * Opens the job; sends nothing. Once.
         *
         * @return an open job
         * @throws ConfigException naming the setting, or what is wrong with an account
         * @throws CallException if the journal is closed, or a setting is no number
         */
        public BulkJob open() {
            try {
                return new BulkJob(this);
            } finally {
                accounts.values().forEach(config -> Arrays.fill(config, (byte) 0));
                accounts.clear();
            }
        }

        private Builder account(String name, byte[] config) {
            accounts.put(Objects.requireNonNull(name, "name"), config);
            return this;
        }

        private Builder with(String name, Number value) {
            members.put(name, value);
            return this;
        }

        private static double seconds(Duration duration) {
            return duration.getSeconds() + duration.getNano() / 1e9;
        }
    }
}
