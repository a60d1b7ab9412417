package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThreadsIT {
    private static <T> List<T> together(int threads, Callable<T> body) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(body));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(60, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void sixtyFourThreadsOnOneClient() throws Exception {
        try (Client client = Sandbox.shared().client("wechat");
                Client rsa = Sandbox.shared().client("edgeros")) {
            together(64, () -> {
                for (int i = 0; i < 20; i++) {
                    Map<String, String> order = Sandbox.wechatOrder(i % 2 == 0 ? "A" : "PAID");
                    Outcome outcome = client.closeOrder(order);
                    assertEquals(i % 2 == 0 ? OutcomeCode.CLOSED : OutcomeCode.PAID, outcome.code(), outcome.toString());
                    HttpRequest request = rsa.sign(Call.close(java.util.Collections.singletonMap("mch_trade_no", order.get("out_trade_no"))));
                    assertTrue(new String(request.body(), java.nio.charset.StandardCharsets.UTF_8).contains(order.get("out_trade_no")));
                }
                return null;
            });
        }
    }

    @Test
    void closingRacesCallsTenThousandTimes() throws Exception {
        AtomicInteger signed = new AtomicInteger();
        AtomicInteger refused = new AtomicInteger();
        Client[] current = new Client[1];
        CyclicBarrier begin = new CyclicBarrier(4, () -> current[0] = Client.open(Shop.config()));
        Call call = Shop.call();
        together(4, () -> {
            for (int round = 0; round < 10_000; round++) {
                boolean closes = begin.await() == 0;
                Client client = current[0];
                if (closes) {
                    client.close();
                    client.close();
                    continue;
                }
                try {
                    HttpRequest request = client.sign(call);
                    signed.incrementAndGet();
                    assertEquals(OutcomeCode.UNKNOWN, client.verify(call, request, Shop.reply()).code());
                } catch (CallException closed) {
                    assertEquals("handle", closed.kind());
                    refused.incrementAndGet();
                }
            }
            return null;
        });
        assertEquals(30_000, signed.get() + refused.get());
        assertTrue(signed.get() > 0 && refused.get() > 0, signed + " signed, " + refused + " refused: no race");
        System.out.println("close() raced 30,000 calls: " + signed + " signed, " + refused + " refused");
    }

    @Test
    void closingWhileAReplyIsOutstanding() throws Exception {
        Client client = Sandbox.shared().client("wechat");
        ExecutorService executor = Executors.newSingleThreadExecutor();
        String number = Sandbox.number("DELAY");
        Future<Outcome> future = executor.submit(() -> client.closeOrder(Collections.singletonMap("out_trade_no", number)));
        Sandbox.shared().awaitPost("wechat", number);
        client.close();
        assertEquals(OutcomeCode.CLOSED, future.get(30, TimeUnit.SECONDS).code());
        assertThrows(CallException.class, () -> client.closeOrder(Sandbox.wechatOrder("A")));
        executor.shutdown();
    }

    @Test
    void interruptingDoesNotEndACall() throws Exception {
        try (Client client = Sandbox.shared().client("wechat")) {
            Thread.currentThread().interrupt();
            assertEquals(OutcomeCode.CLOSED, client.closeOrder(Sandbox.wechatOrder("DELAY")).code());
            assertTrue(Thread.interrupted(), "the flag stays");
        }
    }

    @Test
    void aDroppedClientIsNotFreedBeforeItsLastCallHasBegun() throws Exception {
        AtomicInteger working = new AtomicInteger(2);
        together(3, () -> {
            boolean collects = Thread.currentThread().getName().endsWith("thread-3");
            while (collects && working.get() > 0) {
                System.gc();
                Client.open(Shop.config()).close();
            }
            for (int i = 0; !collects && i < 3000; i++) {
                assertTrue(Client.open(Shop.config()).sign(Shop.call()).msgId().length() == 32);
            }
            working.decrementAndGet();
            return null;
        });
    }

    @Test
    void aDroppedClientIsFreedWhenAnotherIsOpened() throws Exception {
        for (int i = 0; i < 6000; i++) {
            Client.open(Shop.config()).sign(Shop.call());
            if (i % 500 == 0) {
                System.gc();
                Thread.sleep(20);
            }
        }
        for (int i = 0; Handle.open() > 100 && i < 100; i++) {
            System.gc();
            Thread.sleep(20);
            Client.open(Shop.config()).close();
        }
        assertTrue(Handle.open() <= 100, Handle.open() + " are still open");
    }
}
