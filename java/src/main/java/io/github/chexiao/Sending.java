package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;

/** A call of {@link Client#sendAsync}. A thread of the executor signs and begins it, another tells what has come of it, and none waits. */
final class Sending {
    /** As {@link CompletableFuture} has it, but for a pool of one thread, which that passes by for a new thread each time. */
    static final Executor COMMON = ForkJoinPool.getCommonPoolParallelism() > 0 ? ForkJoinPool.commonPool() : CompletableFuture::runAsync;

    private final CompletableFuture<Outcome> future = new CompletableFuture<>();
    private final Once beginning = new Once(this::begin);
    private final Once ending = new Once(this::end);
    private final Queued queued = new Queued(call -> ended());
    private final Client client;
    private final Call call;
    private final Executor executor;
    private long started;

    Sending(Client client, Call call, Executor executor) {
        this.client = client;
        this.call = call;
        this.executor = executor;
    }

    CompletableFuture<Outcome> start() {
        try {
            executor.execute(beginning);
        } catch (Throwable refusal) {
            // Whoever comes first, a thread of the executor or the executor's refusal, has the call for good.
            if (beginning.claim()) {
                String remedy = "give it more threads or a longer queue, or call later";
                future.completeExceptionally(ChexiaoException.of(Kind.NOT_SENT, null, "the executor rejected the call", remedy, refusal));
            }
        }
        return future;
    }

    private void begin() {
        if (future.isDone()) {
            return;
        }
        started = System.nanoTime();
        try {
            future.whenComplete((outcome, error) -> queued.withdraw());
            client.begin(queued, call);
        } catch (Throwable thrown) {
            future.completeExceptionally(thrown);
        }
    }

    /**
     * Who waits for the outcome may do anything, so that is told on the executor, or on the common pool if that refuses: never by the thread
     * that every call needs.
     */
    private void ended() {
        if (!Queued.isTaker()) {
            ending.run();
            return;
        }
        try {
            executor.execute(() -> {
                if (Queued.isTaker()) {
                    endOnCommonPool();
                } else {
                    ending.run();
                }
            });
        } catch (Throwable refusal) {
            endOnCommonPool();
        }
    }

    private void endOnCommonPool() {
        try {
            COMMON.execute(ending);
        } catch (Throwable refusal) {
            ending.run();
        }
    }

    private void end() {
        try {
            future.complete(client.ended(queued, call, started));
        } catch (Throwable thrown) {
            future.completeExceptionally(thrown);
        }
    }
}
