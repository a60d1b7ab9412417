package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code sendAsync} promises beyond {@code send}: no thread waits, and who gives up takes back what is not out. */
class QueueIT {
    private final Sandbox sandbox = Sandbox.shared();
    private final ExecutorService executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "the executor's"));

    @AfterEach
    void end() throws InterruptedException {
        executor.shutdown();
        assertTrue(executor.awaitTermination(30, TimeUnit.SECONDS));
    }

    private static Call close(String number) {
        return Call.close(Collections.singletonMap("out_trade_no", number));
    }

    private static Outcome of(CompletableFuture<Outcome> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    private static int threads() {
        return Thread.getAllStackTraces().size();
    }

    private static boolean taken() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("chexiao-queue"));
    }

    /** 200 times 300 ms on one thread. */
    @Test
    void noThreadWaits() throws Exception {
        try (Client client = sandbox.client("wechat")) {
            of(client.sendAsync(close(Sandbox.number("A")), executor));
            int before = threads();
            long started = System.nanoTime();
            List<CompletableFuture<Outcome>> futures = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                futures.add(client.sendAsync(close(Sandbox.number("DELAY")), i % 2 == 0 ? executor : Sending.COMMON));
            }
            int meanwhile = threads();
            for (CompletableFuture<Outcome> future : futures) {
                assertEquals(OutcomeCode.CLOSED, of(future).code());
            }
            long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
            System.out.println("200 calls of 300 ms on one thread: " + milliseconds + " ms, " + (meanwhile - before) + " more threads");
            assertTrue(meanwhile - before <= Runtime.getRuntime().availableProcessors() + 2, before + " threads, then " + meanwhile);
            assertTrue(milliseconds < 30_000, milliseconds + " ms");
        }
    }

    @Test
    void theCommonPoolIsTheExecutorOfWhoNamesNone() throws Exception {
        try (Client client = sandbox.client("wechat")) {
            assertEquals(OutcomeCode.CLOSED, of(client.sendAsync(close(Sandbox.number("A")))).code());
            assertThrows(NullPointerException.class, () -> client.sendAsync(null));
        }
        Client closed = Client.open(Shop.config());
        closed.close();
        Throwable cause = assertThrows(CompletionException.class, () -> closed.sendAsync(Shop.call()).join()).getCause();
        assertEquals("handle", assertInstanceOf(CallException.class, cause).kind());
    }

    @Test
    void whatCannotBeSentIsTheExceptionOfSend() {
        try (Client client = Client.open(Shop.config())) {
            Call none = Call.ofJson("{\"operation\":\"pay\",\"order\":{}}");
            for (Call call : new Call[] {Shop.call(), Call.close(Collections.emptyMap()), none, Call.ofJson("}{"), Call.api("POST /pay/x", Collections.emptyMap())}) {
                ChexiaoException expected = assertThrows(ChexiaoException.class, () -> client.send(call));
                // Done at once: taken while it is submitted.
                for (int i = 0; i < 50; i++) {
                    Throwable cause = assertThrows(CompletionException.class, () -> client.sendAsync(call, executor).join()).getCause();
                    assertEquals(expected.toJson(), assertInstanceOf(expected.getClass(), cause).toJson());
                }
            }
        }
    }

    /** The listener and what depends on the future run where the program said, never on the thread that all calls need. */
    @Test
    void theExecutorSaysWhatHasComeOfIt() throws Exception {
        BlockingQueue<String> told = new LinkedBlockingQueue<>();
        String mine = Thread.currentThread().getName();
        try (Client client = sandbox.client("wechat").onCall(record -> told.add(Thread.currentThread().getName()))) {
            CompletableFuture<Outcome> future = client.sendAsync(close(Sandbox.number("DELAY")), executor);
            assertEquals("the executor's", future.thenApply(outcome -> Thread.currentThread().getName()).get(30, TimeUnit.SECONDS));
            assertEquals("the executor's", told.take());
            for (Executor odd : new Executor[] {Runnable::run, onceOnly(), thenThrowing(Runnable::run)}) {
                CompletableFuture<Outcome> inline = client.sendAsync(close(Sandbox.number("DELAY")), odd);
                // Whoever waits for another call where this one ended.
                CompletableFuture<OutcomeCode> next = inline.thenApply(outcome -> client.sendAsync(close(Sandbox.number("A")), odd).join().code());
                if (odd instanceof OnceOnly) {
                    assertInstanceOf(NotSentException.class, assertThrows(CompletionException.class, next::join).getCause());
                } else {
                    assertEquals(OutcomeCode.CLOSED, next.get(30, TimeUnit.SECONDS));
                }
                assertEquals(OutcomeCode.CLOSED, of(inline).code());
                String thread = told.take();
                assertFalse(thread.equals("chexiao-queue") || thread.equals(mine), thread);
                told.clear();
            }
        }
    }

    private interface OnceOnly extends Executor {}

    private static OnceOnly onceOnly() {
        AtomicInteger work = new AtomicInteger();
        return task -> {
            if (work.incrementAndGet() > 1) {
                throw new RejectedExecutionException("shut down meanwhile");
            }
            task.run();
        };
    }

    private static Executor thenThrowing(Executor executor) {
        return task -> {
            executor.execute(task);
            throw new IllegalStateException("broken");
        };
    }

    /** With each way to give up: what is out is out, and the listener hears what becomes of it. */
    @Test
    void whoGivesUpUnsendsNothing() throws Exception {
        List<Consumer<CompletableFuture<Outcome>>> ways = new ArrayList<>();
        ways.add(future -> future.cancel(true));
        ways.add(future -> future.completeExceptionally(new TimeoutException()));
        ways.add(future -> future.complete(Outcome.NO_MEMORY));
        for (Consumer<CompletableFuture<Outcome>> way : ways) {
            CompletableFuture<CallRecord> told = new CompletableFuture<>();
            try (Client client = sandbox.client("wechat").onCall(told::complete)) {
                String number = Sandbox.number("DELAY");
                CompletableFuture<Outcome> future = client.sendAsync(close(number), executor);
                sandbox.awaitPost("wechat", number);
                way.accept(future);
                assertEquals(OutcomeCode.CLOSED, told.get(30, TimeUnit.SECONDS).outcome().get());
                assertEquals(1L, sandbox.book("wechat", number).get("posts"));
            }
        }
    }

    /** The handshake hangs. */
    @Test
    void whatHasNotBegunWhenSomebodyGivesUpIsNotSent() throws Exception {
        CompletableFuture<CallRecord> told = new CompletableFuture<>();
        try (MuteServer server = new MuteServer();
                Client client = Client.open(server.config("https")).onCall(told::complete)) {
            CompletableFuture<Outcome> future = client.sendAsync(Shop.call(), executor);
            assertTrue(server.read("\u0016"), "a handshake");
            assertTrue(future.cancel(false));
            assertEquals("not_sent", told.get(10, TimeUnit.SECONDS).error().get());
            assertTrue(server.ended());
        }
    }

    /** The close is out and answered late; the query that would follow is not made. */
    @Test
    void noQueryFollowsAfterSomebodyGaveUp() throws Exception {
        CompletableFuture<CallRecord> told = new CompletableFuture<>();
        try (Client client = sandbox.client("wechat").onCall(told::complete)) {
            String number = Sandbox.number("A");
            Map<String, String> order = Collections.singletonMap("out_trade_no", number);
            sandbox.delayed("wechat", 3000);
            CompletableFuture<Outcome> future = client.sendAsync(Call.ensureClosed(order), executor);
            sandbox.awaitPost("wechat", number);
            assertTrue(future.cancel(true));
            assertEquals(OutcomeCode.CLOSED, told.get(30, TimeUnit.SECONDS).outcome().get());
            Thread.sleep(100);
            Map<?, ?> entry = sandbox.book("wechat", number);
            assertEquals("1 post, 0 queries", entry.get("posts") + " post, " + entry.get("queries") + " queries");
        }
    }

    @Test
    void givingUpRacesTheReply() throws Exception {
        AtomicInteger told = new AtomicInteger();
        int cancelled = 0;
        int rounds = 100;
        try (Client client = sandbox.client("wechat").onCall(record -> told.incrementAndGet())) {
            of(client.sendAsync(close(Sandbox.number("A")), executor));
            long started = System.nanoTime();
            of(client.sendAsync(close(Sandbox.number("A")), executor));
            long step = (System.nanoTime() - started) / (rounds / 2);
            for (int round = 0; round < rounds; round++) {
                CompletableFuture<Outcome> future = client.sendAsync(close(Sandbox.number("A")), executor);
                TimeUnit.NANOSECONDS.sleep(round * step);
                if (future.cancel(true)) {
                    cancelled++;
                } else {
                    assertEquals(OutcomeCode.CLOSED, of(future).code());
                }
            }
            assertEquals(OutcomeCode.CLOSED, of(client.sendAsync(close(Sandbox.number("A")), executor)).code());
            assertTrue(told.get() <= rounds + 3, "something was told twice");
        }
        System.out.println(cancelled + " of " + rounds + " calls were given up in time");
    }

    /** A client that is closed at the moment at which calls begin: each is made, or refused, and none is lost. */
    @Test
    void closingRacesCallsThatBegin() throws Exception {
        int refused = 0;
        int rounds = 100;
        ExecutorService threads = Executors.newFixedThreadPool(3);
        for (int round = 0; round < rounds; round++) {
            Client client = sandbox.client("wechat");
            CyclicBarrier together = new CyclicBarrier(4);
            Map<String, Future<CompletableFuture<Outcome>>> calls = new LinkedHashMap<>();
            for (int i = 0; i < 3; i++) {
                String number = Sandbox.number("A");
                calls.put(number, threads.submit(() -> {
                    together.await(30, TimeUnit.SECONDS);
                    return client.sendAsync(close(number), Runnable::run);
                }));
            }
            together.await(30, TimeUnit.SECONDS);
            client.close();
            for (Map.Entry<String, Future<CompletableFuture<Outcome>>> call : calls.entrySet()) {
                Object posts = 1L;
                try {
                    assertEquals(OutcomeCode.CLOSED, of(call.getValue().get(30, TimeUnit.SECONDS)).code());
                } catch (ExecutionException error) {
                    assertEquals("handle", assertInstanceOf(CallException.class, error.getCause()).kind());
                    posts = null;
                    refused++;
                }
                assertEquals(posts, sandbox.book("wechat", call.getKey()).get("posts"), call.getKey());
            }
        }
        threads.shutdown();
        System.out.println("close() raced " + 3 * rounds + " calls that begin: " + refused + " refused, the others made");
    }

    @Test
    void callsUnderWayOutliveTheirClientAndItsExecutor() throws Exception {
        Client client = sandbox.client("wechat");
        List<CompletableFuture<Outcome>> futures = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            futures.add(client.sendAsync(close(Sandbox.number("DELAY")), executor));
        }
        executor.submit(() -> {}).get(30, TimeUnit.SECONDS);
        client.close();
        executor.shutdown();
        for (CompletableFuture<Outcome> future : futures) {
            assertEquals(OutcomeCode.CLOSED, of(future).code());
        }
    }

    @Test
    void itsThreadEndsAndComesAgain() throws Exception {
        try (Client client = sandbox.client("wechat")) {
            for (int round = 0; round < 2; round++) {
                assertEquals(OutcomeCode.CLOSED, of(client.sendAsync(close(Sandbox.number("DELAY")), executor)).code());
                assertTrue(taken());
                for (int i = 0; i < 500 && taken(); i++) {
                    Thread.sleep(20);
                }
                assertFalse(taken(), "the thread stays");
            }
        }
    }

    /** Calls at the moment at which the thread ends. */
    @Test
    void noCallIsLostWhenItsThreadEnds() throws Exception {
        try (Client client = sandbox.client("wechat")) {
            for (int round = 0; round < 4; round++) {
                assertEquals(OutcomeCode.CLOSED, of(client.sendAsync(close(Sandbox.number("A")), executor)).code());
                Thread.sleep(998 + round);
            }
        }
    }
}
