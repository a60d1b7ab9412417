package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsyncIT {
    private final ExecutorService executor = Executors.newFixedThreadPool(8);

    @AfterEach
    void end() throws InterruptedException {
        executor.shutdown();
        assertTrue(executor.awaitTermination(30, TimeUnit.SECONDS));
    }

    @Test
    void completesWithOutcomes() throws Exception {
        try (Client client = Sandbox.shared().client("wechat")) {
            List<CompletableFuture<Outcome>> futures = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                futures.add(client.sendAsync(Call.close(Sandbox.wechatOrder("A")), executor));
            }
            for (CompletableFuture<Outcome> future : futures) {
                assertEquals(OutcomeCode.CLOSED, future.get(30, TimeUnit.SECONDS).code());
            }
        }
    }

    @Test
    void completesWithTheExceptionOfSend() {
        try (Client client = Client.open(Shop.config())) {
            CompletableFuture<Outcome> future = client.sendAsync(Shop.call(), executor);
            assertInstanceOf(NotSentException.class, assertThrows(ExecutionException.class, () -> future.get(30, TimeUnit.SECONDS)).getCause());
        }
    }

    @Test
    void aRejectedCallWasNotSent() {
        try (Client client = Client.open(Shop.config())) {
            CompletableFuture<Outcome> future = client.sendAsync(Shop.call(), task -> {
                throw new RejectedExecutionException("full");
            });
            Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
            assertEquals("not_sent", assertInstanceOf(NotSentException.class, cause).kind());
        }
    }

    /** What an executor throws says nothing about a call that has begun: the future waits for what comes of that. */
    @Test
    void anExecutorThatThrowsAfterTheCallHasBegunCompletesWithItsOutcome() throws Exception {
        for (Throwable thrown : THROWN) {
            for (String gateway : new String[] {"wechat", "ysepay"}) {
                try (Client client = Sandbox.shared().client(gateway)) {
                    CountDownLatch begun = new CountDownLatch(1);
                    String number = Sandbox.number("DELAY300");
                    String field = gateway.equals("wechat") ? "out_trade_no" : "protocol_no";
                    Call call = Call.close(Collections.singletonMap(field, number));
                    CompletableFuture<Outcome> started = client.sendAsync(call, task -> {
                        executor.execute(() -> {
                            begun.countDown();
                            task.run();
                        });
                        await(begun);
                        pause(100);
                        sneak(thrown);
                    });
                    assertEquals(OutcomeCode.CLOSED, started.get(30, TimeUnit.SECONDS).code(), thrown + " " + gateway);
                    assertEquals(1L, Sandbox.shared().book(gateway, number).get("posts"));
                }
            }
        }
    }

    @Test
    void anExecutorThatRunsTheCallItselfAndThenThrowsCompletesWithItsOutcome() throws Exception {
        for (Throwable thrown : THROWN) {
            try (Client client = Sandbox.shared().client("wechat")) {
                CompletableFuture<Outcome> inline = client.sendAsync(Call.close(Sandbox.wechatOrder("A")), task -> {
                    task.run();
                    sneak(thrown);
                });
                assertEquals(OutcomeCode.CLOSED, inline.get(30, TimeUnit.SECONDS).code());
            }
        }
    }

    /** Once it is said that nothing was sent, nothing is: not even by an executor that runs the call later. */
    @Test
    void anExecutorThatThrowsBeforeTheCallHasBegunNeverMakesIt() {
        for (Throwable thrown : THROWN) {
            List<Runnable> kept = new ArrayList<>();
            AtomicInteger told = new AtomicInteger();
            try (Client client = Client.open(Shop.config()).onCall(record -> told.incrementAndGet())) {
                CompletableFuture<Outcome> future = client.sendAsync(Shop.call(), task -> {
                    kept.add(task);
                    sneak(thrown);
                });
                Throwable cause = assertThrows(ExecutionException.class, future::get).getCause();
                assertEquals(thrown, assertInstanceOf(NotSentException.class, cause).getCause());
                kept.get(0).run();
                assertEquals(0, told.get(), "made after it was refused: " + thrown);
            }
        }
    }

    /** A thread that begins the call at the very moment at which the executor fails: one of both is told, never both. */
    @Test
    void aCallAndItsRefusalAtTheSameTimeAreOne() throws Exception {
        try (Client client = Sandbox.shared().client("wechat")) {
            int refused = 0;
            int rounds = 300;
            for (int round = 0; round < rounds; round++) {
                String number = Sandbox.number("A");
                CyclicBarrier together = new CyclicBarrier(2);
                CompletableFuture<Outcome> future = client.sendAsync(Call.close(Collections.singletonMap("out_trade_no", number)), task -> {
                    executor.execute(() -> {
                        await(together);
                        task.run();
                    });
                    await(together);
                    throw new RejectedExecutionException("at the same time");
                });
                boolean sent;
                try {
                    sent = future.get(30, TimeUnit.SECONDS).code() == OutcomeCode.CLOSED;
                } catch (ExecutionException error) {
                    assertInstanceOf(NotSentException.class, error.getCause());
                    sent = false;
                    refused++;
                    executor.submit(() -> {}).get(30, TimeUnit.SECONDS);
                }
                Object posts = Sandbox.shared().book("wechat", number).get("posts");
                assertEquals(sent ? Long.valueOf(1) : null, Long.valueOf(0).equals(posts) ? null : posts, number);
            }
            System.out.println("refused and begun at the same time: " + refused + " of " + rounds + " refused");
        }
    }

    @Test
    void anExecutorThatRunsTheCallTwiceMakesItOnce() throws Exception {
        try (Client client = Sandbox.shared().client("wechat")) {
            String number = Sandbox.number("DELAY100");
            CompletableFuture<Outcome> future = client.sendAsync(Call.close(Collections.singletonMap("out_trade_no", number)), task -> {
                executor.execute(task);
                executor.execute(task);
            });
            assertEquals(OutcomeCode.CLOSED, future.get(30, TimeUnit.SECONDS).code());
            assertEquals(1L, Sandbox.shared().book("wechat", number).get("posts"));
        }
    }

    @Test
    void anInterruptedThreadMakesTheCallAndStaysInterrupted() throws Exception {
        AtomicBoolean stays = new AtomicBoolean();
        try (Client client = Sandbox.shared().client("wechat")) {
            CompletableFuture<Outcome> future = client.sendAsync(Call.close(Sandbox.wechatOrder("A")), task -> executor.execute(() -> {
                Thread.currentThread().interrupt();
                task.run();
                stays.set(Thread.interrupted());
            }));
            assertEquals(OutcomeCode.CLOSED, future.get(30, TimeUnit.SECONDS).code());
        }
        executor.shutdown();
        assertTrue(executor.awaitTermination(30, TimeUnit.SECONDS) && stays.get());
    }

    /** What nobody runs is nobody's call: whoever gives up on it completes it, and then it is never made. */
    @Test
    void aDroppedCallStaysIncompleteUntilSomebodyGivesUp() {
        List<Runnable> dropped = new ArrayList<>();
        AtomicInteger told = new AtomicInteger();
        try (Client client = Client.open(Shop.config()).onCall(record -> told.incrementAndGet())) {
            CompletableFuture<Outcome> future = client.sendAsync(Shop.call(), dropped::add);
            assertFalse(future.isDone());
            assertTrue(future.completeExceptionally(new TimeoutException()));
            dropped.get(0).run();
            assertEquals(0, told.get());
        }
    }

    @Test
    void noExecutorIsAMistakeOfTheProgram() {
        try (Client client = Client.open(Shop.config())) {
            assertThrows(NullPointerException.class, () -> client.sendAsync(Shop.call(), null));
            assertThrows(NullPointerException.class, () -> client.sendAsync(null, executor));
        }
    }

    private static final Throwable[] THROWN = {
        new RejectedExecutionException("full"), new IllegalStateException("broken"), new OutOfMemoryError("unable to create native thread"),
        new StackOverflowError(), new AssertionError(), new IOException("sneaked")
    };

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(30, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private static void await(CyclicBarrier barrier) {
        try {
            barrier.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException broken) {
            throw new AssertionError(broken);
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void cancelledBeforeItBeganItIsNotSent() {
        List<Runnable> queue = new ArrayList<>();
        AtomicInteger told = new AtomicInteger();
        try (Client client = Client.open(Shop.config()).onCall(record -> told.incrementAndGet())) {
            CompletableFuture<Outcome> future = client.sendAsync(Shop.call(), queue::add);
            assertTrue(future.cancel(true));
            queue.get(0).run();
            assertEquals(0, told.get());
        }
    }

    @Test
    void cancelledAfterwardsTheListenerStillHears() throws Exception {
        CompletableFuture<CallRecord> told = new CompletableFuture<>();
        try (Client client = Sandbox.shared().client("wechat").onCall(told::complete)) {
            String number = Sandbox.number("A");
            Sandbox.shared().delayed("wechat", 3000);
            CompletableFuture<Outcome> future = client.sendAsync(Call.close(Collections.singletonMap("out_trade_no", number)), executor);
            Sandbox.shared().awaitPost("wechat", number);
            assertTrue(future.cancel(true));
            assertEquals(OutcomeCode.CLOSED, told.get(30, TimeUnit.SECONDS).outcome().get());
        }
    }
}
