package io.github.chexiao;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Programs that the tests run in a JVM of their own: what to do, and its arguments. */
public final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
        String[] rest = Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (arguments[0]) {
            case "sign":
                sign();
                break;
            case "sign-interrupted":
                Thread.currentThread().interrupt();
                sign();
                break;
            case "retry":
                retry(rest[0]);
                break;
            case "exit":
                exit(Paths.get(rest[0]), rest[1], Integer.parseInt(rest[2]));
                break;
            case "bulk":
                bulk(Paths.get(rest[0]), Paths.get(rest[1]), rest[2]);
                break;
            case "sqlite":
                sqlite(rest[0]);
                break;
            case "async":
                async();
                break;
            case "panic":
                panic();
                break;
            case "misuse":
                Library.load();
                Misuse.jni();
                break;
            case "memory":
                memory(Paths.get(rest[0]));
                break;
            case "link":
                link(rest);
                break;
            case "reset":
                reset(Paths.get(rest[0]));
                break;
            default:
                throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Prints which classes name others that are not there. */
    private static void link(String[] classes) throws ClassNotFoundException {
        for (String name : classes) {
            try {
                Class.forName(name).getDeclaredMethods();
            } catch (NoClassDefFoundError missing) {
                System.out.println(name + " wants " + missing.getMessage());
            }
        }
        System.out.println(classes.length + " tried");
    }

    /** Prints what went wrong with loading as JSON, or "signed". */
    private static void sign() {
        try (Client client = Client.open(Shop.config())) {
            client.sign(Shop.call());
            System.out.println("signed");
        } catch (ConfigException refused) {
            System.out.println(refused.toJson());
            System.exit(3);
        }
    }

    private static void async() {
        try (Client client = Client.open(Shop.config())) {
            client.sendAsync(Shop.call(), Runnable::run).join();
            throw new AssertionError("sent to nobody");
        } catch (CompletionException refused) {
            if (!(refused.getCause() instanceof NotSentException)) {
                throw refused;
            }
        }
    }

    /** A load that failed is tried again, in this same JVM. */
    private static void retry(String good) {
        System.setProperty(Library.TMPDIR, "/no/such/folder");
        for (int i = 0; i < 3; i++) {
            try {
                Client.version();
                throw new AssertionError("loaded from nowhere");
            } catch (ConfigException refused) {
                System.out.println(refused.toJson());
            }
        }
        System.setProperty(Library.TMPDIR, good);
        sign();
    }

    /** Ends the JVM while calls are in flight. */
    private static void exit(Path config, String how, int threads) throws InterruptedException {
        Client client = Client.open(config);
        for (int i = 0; i < threads; i++) {
            client.sendAsync(Call.close(Collections.singletonMap("out_trade_no", "DELAY" + i + "y" + System.nanoTime())));
        }
        CountDownLatch begun = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            String number = "DELAY" + i + "x" + System.nanoTime();
            Thread thread = new Thread(() -> {
                begun.countDown();
                client.closeOrder(Collections.singletonMap("out_trade_no", number));
            });
            thread.setDaemon(true);
            thread.start();
        }
        begun.await(10, TimeUnit.SECONDS);
        Thread.sleep(50);
        end(how);
    }

    /** Ends the JVM while a job runs. */
    private static void bulk(Path config, Path file, String how) throws InterruptedException {
        BulkJournal journal = BulkJournal.sqlite(file);
        String night = "A" + System.nanoTime() + "x";
        journal.add("shop", IntStream.range(0, 300).mapToObj(at -> Collections.singletonMap("out_trade_no", night + at))::iterator);
        CountDownLatch ended = new CountDownLatch(5);
        BulkJob.on(journal).account("shop", config).rate(100).onEvent(event -> ended.countDown()).open().runAsync();
        ended.await(10, TimeUnit.SECONDS);
        end(how);
    }

    /** sqlite-jdbc opens and closes the file of a journal that is open here. */
    private static void sqlite(String file) throws SQLException {
        try (BulkJournal journal = BulkJournal.sqlite(Paths.get(file))) {
            journal.add("shop", Collections.singleton(Collections.singletonMap("out_trade_no", "A1")));
            try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file); Statement statement = connection.createStatement()) {
                statement.executeQuery("SELECT count(*) FROM orders").next();
            }
            journal.add("shop", Collections.singleton(Collections.singletonMap("out_trade_no", "A2")));
        } catch (JournalException noticed) {
            System.out.println(noticed.getMessage());
        }
    }

    private static void end(String how) {
        if (how.equals("halt")) {
            Runtime.getRuntime().halt(0);
        } else if (how.equals("exit")) {
            System.exit(0);
        } // else: the last thread that is no daemon returns
    }

    private static void panic() {
        try (Client client = Client.open(Shop.config())) {
            Call call = Call.close(Collections.singletonMap("out_trade_no", "test-panic"));
            for (int i = 0; i < 100; i++) {
                expectPanic(() -> Client.open(Collections.singletonMap("gateway", "test-panic")));
                expectPanic(() -> client.sign(call));
                expectUnknown(client.send(call));
                expectUnknown(client.sendAsync(call).join());
                expectUnknown(client.verify(call, client.sign(Shop.call()), Shop.reply()));
            }
        }
        sign();
    }

    private static void expectPanic(Runnable body) {
        try {
            body.run();
            throw new AssertionError("no panic");
        } catch (ChexiaoException panic) {
            if (panic.getClass() != ChexiaoException.class || !panic.kind().equals("panic") || panic.status() != -90) {
                throw new AssertionError(panic);
            }
        }
    }

    private static void expectUnknown(Outcome outcome) {
        if (outcome.code() != OutcomeCode.UNKNOWN || !outcome.reason().get().equals("defect")) {
            throw new AssertionError(outcome.toJson());
        }
    }

    /** Peers that reset the connection, while the JVM's own signals are in use. */
    private static void reset(Path config) throws IOException {
        try (Client client = Client.open(config)) {
            for (int i = 0; i < 200; i++) {
                String prefix = i % 3 == 0 ? "RESET" : i % 3 == 1 ? "CUT" : "HALF";
                Outcome outcome = client.closeOrder(Collections.singletonMap("out_trade_no", prefix + i + "x" + System.nanoTime()));
                if (outcome.code() != OutcomeCode.UNKNOWN) {
                    throw new AssertionError(outcome.toJson());
                }
                byte[] garbage = new byte[1 << 18];
                garbage[i] = 1;
            }
        }
        System.gc();
        System.out.println("survived");
    }

    private static void memory(Path config) {
        grows("100,000 rounds of open, sign, verify, close", 25_000, () -> {
            Call call = Shop.call();
            try (Client client = Client.open(Shop.config())) {
                expectUnsigned(client.verify(call, client.sign(call), Shop.reply()));
            }
        });
        try (Client client = Client.open(config)) {
            grows("8,000 orders closed over TLS", 2_000, () -> {
                String number = "A" + System.nanoTime();
                if (!client.closeOrder(Collections.singletonMap("out_trade_no", number)).isClosed()) {
                    throw new AssertionError(number);
                }
            });
        }
    }

    /** A quarter to warm up, then four. */
    private static void grows(String what, int quarter, Runnable body) {
        long[] resident = new long[5];
        for (int part = 0; part < resident.length; part++) {
            for (int i = 0; i < quarter; i++) {
                body.run();
            }
            resident[part] = residentKiB();
        }
        System.out.println(what + ": " + (resident[4] - resident[0]) + " KiB more");
        if (resident[4] - resident[0] > 1024) {
            throw new AssertionError("the process grows: " + Arrays.toString(resident));
        }
    }

    private static void expectUnsigned(Outcome outcome) {
        if (outcome.code() != OutcomeCode.UNKNOWN || !outcome.answered()) {
            throw new AssertionError(outcome.toJson());
        }
    }

    private static long residentKiB() {
        return Long.parseLong(Repository.text(Paths.get("/proc/self/status")).replaceAll("(?s).*VmRSS:\\s*(\\d+) kB.*", "$1"));
    }
}
