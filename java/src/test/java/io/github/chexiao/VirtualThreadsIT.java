package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A virtual thread that waits for a gateway leaves its carrier to others. */
class VirtualThreadsIT {
    private static final String SELF = "io.github.chexiao.VirtualThreadsIT";
    private static ThreadFactory virtual;

    private final Sandbox sandbox = Sandbox.shared();

    @BeforeAll
    static void skipWhereThereAreNone() throws ReflectiveOperationException {
        try {
            virtual = Jvm.virtualThreads();
        } catch (RuntimeException none) {
            System.out.println("SKIPPED virtual threads: " + none.getMessage());
            throw none;
        }
    }

    private static <T> FutureTask<T> start(Callable<T> body) {
        FutureTask<T> task = new FutureTask<>(body);
        virtual.newThread(task).start();
        return task;
    }

    private static <T> T on(Callable<T> body) throws Exception {
        return start(body).get(30, TimeUnit.SECONDS);
    }

    @Test
    void everyCallIsOneOfAnyThread() throws Exception {
        assertFalse(VirtualThread.isCurrent());
        assertTrue(on(VirtualThread::isCurrent));
        try (Client client = sandbox.client("wechat")) {
            Map<String, String> order = Sandbox.wechatOrder("A");
            assertEquals(OutcomeCode.OPEN, on(() -> client.queryOrder(order)).code());
            assertEquals(OutcomeCode.CLOSED, on(() -> client.closeOrder(order)).code());
            assertEquals(OutcomeCode.ALREADY_CLOSED, on(() -> client.ensureClosed(order)).code());
            assertTrue(on(() -> client.call("POST /pay/orderquery", order)).raw().length > 0);
            on(() -> {
                client.warm();
                return null;
            });
        }
        try (Client client = Client.open(Shop.config())) {
            for (Call call : new Call[] {Shop.call(), Call.ofJson("{}"), Call.ofJson("{\"operation\":\"pay\",\"order\":{}}")}) {
                String expected = assertThrows(ChexiaoException.class, () -> client.send(call)).toJson();
                assertEquals(expected, on(() -> assertThrows(ChexiaoException.class, () -> client.send(call))).toJson());
            }
            assertEquals("connect", on(() -> assertThrows(NotSentException.class, client::warm)).kind());
        }
    }

    @Test
    void interruptingDoesNotEndACall() throws Exception {
        try (Client client = sandbox.client("wechat")) {
            AtomicReference<Thread> thread = new AtomicReference<>();
            FutureTask<Boolean> before = start(() -> {
                Thread.currentThread().interrupt();
                return client.closeOrder(Sandbox.wechatOrder("DELAY")).code() == OutcomeCode.CLOSED && Thread.interrupted();
            });
            FutureTask<Boolean> meanwhile = start(() -> {
                thread.set(Thread.currentThread());
                return client.closeOrder(Sandbox.wechatOrder("DELAY")).code() == OutcomeCode.CLOSED && Thread.interrupted();
            });
            for (int i = 0; i < 10; i++) {
                do {
                    Thread.sleep(20);
                } while (thread.get() == null);
                thread.get().interrupt();
            }
            assertTrue(before.get(30, TimeUnit.SECONDS), "the outcome and the flag");
            assertTrue(meanwhile.get(30, TimeUnit.SECONDS), "the outcome and the flag");
        }
    }

    @Test
    void theListenerIsToldOnTheThreadThatMadeTheCall() throws Exception {
        AtomicReference<Thread> told = new AtomicReference<>();
        try (Client client = sandbox.client("wechat").onCall(record -> told.set(Thread.currentThread()))) {
            Thread made = on(() -> {
                client.closeOrder(Sandbox.wechatOrder("A"));
                return Thread.currentThread();
            });
            assertEquals(made, told.get());
        }
    }

    /** One carrier: were it held, each call would begin after the one before, and nothing else would run. */
    @Test
    void oneCarrierServesThemAll() throws Exception {
        List<String> one = Arrays.asList("-Djdk.virtualThreadScheduler.parallelism=1", "-Djdk.virtualThreadScheduler.maxPoolSize=1");
        Jvm jvm = Jvm.run(command(one, "20", "3")).wellDone();
        assertTrue(best(jvm, "time") < 3, "20 calls of 300 ms: " + jvm.output);
    }

    /** At most a second, and 50 ms for any other virtual thread; where the machine leaves nobody in peace, far from what held carriers take. */
    @Test
    void oneThousandCallsAtAGatewayThatTakes300Milliseconds() throws Exception {
        List<String> command = command(Arrays.asList("-Djdk.virtualThreadScheduler.parallelism=2"), "1000", "10");
        command.remove("-Xcheck:jni");
        Jvm jvm = Jvm.run(command).wellDone();
        System.out.print(jvm.output);
        boolean busy = best(jvm, "alone") > 5;
        System.out.print(busy ? "SKIPPED the bounds of 1 s and 50 ms: the machine is busy with something else\n" : "");
        assertTrue(best(jvm, "time") <= (busy ? 10 : 1), "1,000 calls of 300 ms take too long");
        assertTrue(best(jvm, "other") <= (busy ? 3000 : 50), "other threads wait for too long");
    }

    private static double best(Jvm jvm, String what) {
        return Double.parseDouble(jvm.output.replaceAll("(?s).*best:.* " + what + " ([0-9.]+) .*", "$1"));
    }

    private List<String> command(List<String> options, String... arguments) {
        List<String> command = Jvm.command(SELF, sandbox.file("chinaums.json").toString(), sandbox.http());
        command.addAll(1, options);
        command.addAll(Arrays.asList(arguments));
        return command;
    }

    /** Configuration, address, how many calls at a time, how often at most. */
    public static void main(String[] arguments) throws Exception {
        virtual = Jvm.virtualThreads();
        Map<String, Object> config = JsonReader.object(Repository.text(Paths.get(arguments[0])));
        config.put("base_url", arguments[1]);
        config.remove("ca_file");
        int calls = Integer.parseInt(arguments[2]);
        double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
        try (Client client = Client.open(config)) {
            for (int round = 0; round < Integer.parseInt(arguments[3]) && (best[0] > 1 || best[1] > 50); round++) {
                double alone = slowest(System.nanoTime() + 200_000_000, new CountDownLatch(1));
                double[] seen = round(client, calls);
                print(calls + " calls of 300 ms", seen[0], seen[1], alone);
                best = new double[] {Math.min(best[0], seen[0]), Math.min(best[1], seen[1]), Math.min(best[2], alone)};
            }
        }
        print("best", best[0], best[1], best[2]);
    }

    private static void print(String what, double seconds, double other, double alone) {
        System.out.printf(Locale.ROOT, "%s: time %.2f s, slowest other %.1f ms, alone %.1f ms%n", what, seconds, other, alone);
    }

    /** How many milliseconds the slowest of other virtual threads took to run until then. */
    private static double slowest(long until, CountDownLatch ended) throws Exception {
        double slowest = 0;
        while (ended.getCount() > 0 && System.nanoTime() < until) {
            long asked = System.nanoTime();
            on(() -> null);
            slowest = Math.max(slowest, (System.nanoTime() - asked) / 1e6);
            LockSupport.parkNanos(2_000_000);
        }
        return slowest;
    }

    /** The seconds that all took, and the slowest other thread meanwhile. */
    private static double[] round(Client client, int calls) throws Exception {
        CountDownLatch ended = new CountDownLatch(calls);
        long started = System.nanoTime();
        List<FutureTask<Outcome>> tasks = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            Map<String, String> order = new LinkedHashMap<>();
            order.put("billNo", "B2026");
            order.put("billDate", "2026-01-02");
            order.put("merOrderId", "DELAY" + System.nanoTime() + i);
            order.put("authIdRespCd", "012345");
            tasks.add(start(() -> {
                try {
                    return client.closeOrder(order);
                } finally {
                    ended.countDown();
                }
            }));
        }
        double slowest = slowest(started + 30_000_000_000L, ended);
        double seconds = (System.nanoTime() - started) / 1e9;
        for (FutureTask<Outcome> task : tasks) {
            if (task.get().code() != OutcomeCode.CLOSED) {
                throw new AssertionError(task.get().toJson());
            }
        }
        return new double[] {seconds, slowest};
    }
}
