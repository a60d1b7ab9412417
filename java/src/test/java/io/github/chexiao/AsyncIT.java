package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
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
            CompletableFuture<Outcome> future = client.sendAsync(Call.close(Sandbox.wechatOrder("DELAY400")), executor);
            Thread.sleep(100);
            assertTrue(future.cancel(true));
            assertEquals(OutcomeCode.CLOSED, told.get(30, TimeUnit.SECONDS).outcome().get());
        }
    }
}
