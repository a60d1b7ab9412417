package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many orders by a journal: the sandbox's book has the last word on what was sent. */
class BulkIT {
    @TempDir
    Path folder;

    private final Sandbox sandbox = Sandbox.shared();
    private BulkJournal journal;

    @BeforeEach
    void open() {
        journal = BulkJournal.sqlite(folder.resolve("journal.db"));
    }

    @AfterEach
    void close() {
        journal.close();
    }

    private static List<Map<String, String>> orders(int count) {
        return IntStream.range(0, count).mapToObj(at -> Sandbox.wechatOrder("A")).collect(Collectors.toList());
    }

    private List<Long> posts(List<Map<String, String>> orders) {
        Map<Object, Object> book = new HashMap<>();
        for (Object entry : (Iterable<?>) sandbox.page("orders").get("orders")) {
            Map<?, ?> order = (Map<?, ?>) entry;
            if (order.get("gateway").equals("wechat")) {
                book.put(order.get("order"), order.get("posts"));
            }
        }
        return orders.stream().map(order -> (Long) book.getOrDefault(order.get("out_trade_no"), 0L)).collect(Collectors.toList());
    }

    private long sent(List<Map<String, String>> orders) {
        return posts(orders).stream().mapToLong(Long::longValue).sum();
    }

    private BulkJob.Builder shop() {
        return BulkJob.on(journal).account("shop", sandbox.config("wechat"));
    }

    private BulkJob job(UnaryOperator<BulkJob.Builder> with) {
        return with.apply(shop()).open();
    }

    private static BulkEnd end(CompletableFuture<BulkEnd> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }

    @Test
    void aNight() {
        List<Map<String, String>> shop = orders(30);
        Map<String, String> other = new LinkedHashMap<>();
        other.put("agreeCode", "0000000000090000000001000000085016");
        other.put("orderCode", "2019021314281026");
        other.put("partnerSeq", Sandbox.number("A"));
        Map<String, String> named = new LinkedHashMap<>(other);
        named.put("account", "bank");
        List<BulkEvent> heard = new ArrayList<>();
        try (BulkJob job = shop().account("bank", sandbox.file("icbc.json")).rate(1000).hostRate(1000).onEvent(heard::add).open()) {
            assertEquals(30, journal.add("shop", shop.stream()::iterator));
            assertEquals(1, journal.add(null, Collections.singleton(named), 100));
            assertEquals(0, journal.add("shop", shop.subList(0, 2), 200));
            assertEquals(BulkEnd.COMPLETE, job.run());
            assertEquals(BulkEnd.COMPLETE, job.run());
        }
        List<BulkResult> results = journal.results().collect(Collectors.toList());
        assertEquals(31, results.size());
        for (int at = 0; at < 31; at++) {
            BulkResult one = results.get(at);
            assertEquals(at < 30 ? "shop" : "bank", one.account());
            assertEquals(at < 30 ? at + 1 : 100, one.line());
            assertEquals(at < 30 ? shop.get(at) : other, one.order());
            assertEquals("closed done false", one.word() + " " + one.next().word() + " " + one.needsPerson());
            assertTrue(one.attempts() >= 1 && one.msgId().isPresent());
        }
        assertEquals(Collections.nCopies(30, 1L), posts(shop));
        assertEquals(0, journal.people().count());
        assertEquals("[200 1, 201 2]", journal.repeats().stream().map(one -> one.line() + " " + one.firstLine()).collect(Collectors.toList()).toString());
        assertEquals("[bank ended 1, shop ended 30]",
                journal.status().stream().map(one -> one.account() + " " + one.state() + " " + one.orders()).collect(Collectors.toList()).toString());
        assertEquals(31, heard.stream().filter(one -> one.kind() == BulkEvent.Kind.ENDED && one.next().get() == Next.DONE).count());
        assertEquals("[close, query]", heard.stream().filter(one -> one.kind() == BulkEvent.Kind.HEARD && one.account().equals("shop"))
                .map(one -> one.verb().get()).distinct().sorted().collect(Collectors.toList()).toString());
    }

    @Test
    void rowsTravel() throws Exception {
        journal.add("shop", orders(1));
        journal.add("shop", Collections.singleton(Sandbox.wechatOrder("PAID")));
        List<Document> rows = new ArrayList<>();
        try (BulkJob job = job(all -> all.rate(1000).onEvent(rows::add))) {
            job.run();
            Path table = Files.write(folder.resolve("orders.csv"), "out_trade_no\nA1,A2\n".getBytes(UTF_8));
            rows.add(job.read(BulkInput.of(table).account("shop")));
        }
        rows.addAll(journal.status());
        journal.results().forEach(rows::add);
        journal.unreadable().forEach(rows::add);
        assertTrue(rows.size() > 8, rows.toString());
        for (Document row : rows) {
            Document copy = (Document) SerialisedTest.read(SerialisedTest.written(row));
            assertEquals(row, copy);
            assertEquals(row.toJson(), copy.toJson());
            assertTrue(row.toMap().values().stream().allMatch(value -> value == null || value instanceof String || value instanceof Long || value instanceof Boolean));
        }
    }

    @Test
    void anInputIsReadAsOnTheCommandLine() throws Exception {
        List<Map<String, String>> good = orders(2);
        Path table = folder.resolve("orders.csv");
        Files.write(table, Arrays.asList("account,out_trade_no", "shop," + good.get(0).get("out_trade_no"), "shop,4.2E+27", "stranger,A1",
                "shop," + good.get(1).get("out_trade_no")));
        try (BulkJob job = job(UnaryOperator.identity())) {
            BulkRead read = job.read(BulkInput.of(table));
            assertEquals("2 0 2 true", read.added() + " " + read.known() + " " + read.unreadable() + " " + read.isWhole());
            List<BulkUnreadable> unreadable = journal.unreadable().collect(Collectors.toList());
            assertEquals("[3 out_trade_no, 4 account]", unreadable.stream().map(one -> one.line() + " " + one.field().get()).collect(Collectors.toList()).toString());
            assertEquals(table.toString(), unreadable.get(0).input());
            assertEquals(BulkEnd.COMPLETE, job.run());
            assertEquals("[2, 5]", journal.results().map(BulkResult::line).collect(Collectors.toList()).toString());
            Path chinese = Files.write(folder.resolve("中文"), "店铺,out_trade_no,备注\nshop,A77,撤销\n".getBytes("GBK"));
            BulkInput said = BulkInput.of(chinese).format("csv").accountColumn("店铺").ignore("备注").charset(Charset.forName("GBK"));
            assertEquals(1, job.read(said).added());
            assertEquals("input", assertThrows(CallException.class, () -> job.read(BulkInput.of(folder.resolve("none.csv")))).field().get());
            assertEquals("format", assertThrows(ConfigException.class, () -> job.read(BulkInput.of(chinese))).field().get());
        }
    }

    @Test
    void aQueryOfTheJournalIsAnInput() {
        String number = Sandbox.number("A");
        String query = "SELECT '" + number + "' AS out_trade_no UNION ALL SELECT 7";
        try (BulkJob job = job(UnaryOperator.identity())) {
            BulkRead read = job.read(BulkInput.query(query).account("shop"));
            assertEquals("1 1", read.added() + " " + read.unreadable());
            assertEquals(query + " 2 out_trade_no", journal.unreadable().map(one -> one.input() + " " + one.line() + " " + one.field().get()).findFirst().get());
            assertEquals(BulkEnd.COMPLETE, job.run());
            assertEquals(number, journal.results().findFirst().get().order().get("out_trade_no"));
            BulkInput wrong = BulkInput.query("SELECT nmber FROM orders").account("shop");
            assertTrue(assertThrows(CallException.class, () -> job.read(wrong)).getMessage().contains("no such column: nmber"));
            assertThrows(CallException.class, () -> job.read(BulkInput.query(query).format("csv")));
        }
    }

    @Test
    void whatAnIterableThrowsIsThrownAndNothingIsAddedTwice() {
        List<Map<String, String>> many =
                IntStream.range(0, 2500).mapToObj(at -> Collections.singletonMap("out_trade_no", "A8" + at)).collect(Collectors.toList());
        Iterator<Map<String, String>> cutOff = many.iterator();
        Iterable<Map<String, String>> first = () -> IntStream.range(0, 2500).mapToObj(at -> {
            if (at == 1200) {
                throw new IllegalStateException("the database of orders is gone");
            }
            return cutOff.next();
        }).iterator();
        assertThrows(IllegalStateException.class, () -> journal.add("shop", first));
        assertEquals(1500, journal.add("shop", many));
        CallException noAccount = assertThrows(CallException.class, () -> journal.add(null, many, 7));
        assertTrue(noAccount.getMessage().contains("order 7"), noAccount.getMessage());
        Map<String, Object> wrong = Collections.singletonMap("out_trade_no", new Object());
        @SuppressWarnings({"unchecked", "rawtypes"})
        List<Map<String, String>> smuggled = (List) Collections.singletonList(wrong);
        assertEquals("order 1", assertThrows(CallException.class, () -> journal.add("shop", smuggled)).field().get());
    }

    @Test
    void anotherThreadStopsIt() throws Exception {
        journal.add("shop", orders(100));
        CountDownLatch begun = new CountDownLatch(1);
        try (BulkJob job = job(all -> all.rate(20).onEvent(event -> begun.countDown()))) {
            Thread thread = new Thread(() -> {
                await(begun);
                job.stop();
            });
            thread.start();
            assertEquals(BulkEnd.STOPPED, job.run());
            thread.join();
            long ended = journal.results().filter(one -> one.next() == Next.DONE).count();
            assertTrue(ended < 100 && journal.results().count() == ended, ended + " ended");
            job.stop();
            assertEquals(BulkEnd.STOPPED, job.run(), "nor does one that was stopped before");
            assertEquals(ended, journal.results().count());
        }
    }

    @Test
    void anInterruptStopsItAndIsKept() throws Exception {
        List<Map<String, String>> several = orders(100);
        journal.add("shop", several);
        CountDownLatch begun = new CountDownLatch(1);
        try (BulkJob job = job(all -> all.rate(20).onEvent(event -> begun.countDown()))) {
            FutureTask<Boolean> run = new FutureTask<>(() -> job.run() == BulkEnd.STOPPED && Thread.currentThread().isInterrupted());
            Thread thread = new Thread(run);
            thread.start();
            await(begun);
            thread.interrupt();
            assertTrue(run.get(60, TimeUnit.SECONDS));
            long before = sent(several);
            sleep(300);
            assertTrue(before > 0 && before < 100 && before == sent(several), before + " sent");
        }
    }

    @Test
    void aVirtualThreadParks() throws Exception {
        journal.add("shop", orders(60));
        ThreadFactory virtual = Jvm.virtualThreads();
        Executor each = work -> virtual.newThread(work).start();
        List<String> threads = Collections.synchronizedList(new ArrayList<>());
        try (BulkJob job = job(all -> all.rate(20).onEvent(event -> threads.add(Thread.currentThread().toString())))) {
            // As many as there are carriers, and more.
            List<CompletableFuture<BulkEnd>> runs = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                runs.add(job.runAsync(each));
            }
            CompletableFuture.runAsync(() -> {}, each).get(30, TimeUnit.SECONDS);
            assertTrue(runs.stream().noneMatch(CompletableFuture::isDone), "somebody else had to wait for a job");
            for (CompletableFuture<BulkEnd> run : runs) {
                assertEquals(BulkEnd.COMPLETE, end(run));
            }
            assertTrue(threads.stream().allMatch(name -> name.startsWith("VirtualThread")) && !threads.isEmpty(), threads.toString());
        }
    }

    @Test
    void whatAListenerThrowsStopsTheJobAndIsThrown() {
        List<Map<String, String>> several = orders(50);
        journal.add("shop", several);
        Error thrown = new AssertionError("the listener's");
        try (BulkJob job = job(all -> all.rate(20).onEvent(event -> {
            throw thrown;
        }))) {
            assertSame(thrown, assertThrows(AssertionError.class, job::run));
            assertEquals(0, thrown.getSuppressed().length);
        }
        long before = sent(several);
        sleep(300);
        assertTrue(before > 0 && before < 50 && before == sent(several), before + " sent");
        try (BulkJob job = job(all -> all.rate(1000).hostRate(1000))) {
            assertEquals(BulkEnd.COMPLETE, job.run());
        }
        assertEquals(Collections.nCopies(50, 1L), posts(several));
    }

    @Test
    void aFutureThatIsCancelledStopsIt() throws Exception {
        List<Map<String, String>> several = orders(100);
        journal.add("shop", several);
        CountDownLatch begun = new CountDownLatch(5);
        try (BulkJob job = job(all -> all.rate(20).onEvent(event -> begun.countDown()))) {
            CompletableFuture<BulkEnd> run = job.runAsync();
            assertTrue(begun.await(60, TimeUnit.SECONDS));
            run.cancel(true);
            sleep(2000);
            long before = sent(several);
            sleep(300);
            assertTrue(before > 0 && before < 100 && before == sent(several), before + " sent");
        }
    }

    @Test
    void aFutureThatIsCancelledBeforeItsThreadBeginsSendsNothing() throws Exception {
        List<Map<String, String>> several = orders(20);
        journal.add("shop", several);
        ExecutorService one = Executors.newSingleThreadExecutor();
        try (BulkJob job = job(all -> all.rate(1000))) {
            CountDownLatch busy = new CountDownLatch(1);
            one.execute(() -> await(busy));
            CompletableFuture<BulkEnd> run = job.runAsync(one);
            run.cancel(true);
            busy.countDown();
            one.submit(() -> {}).get(10, TimeUnit.SECONDS);
            assertEquals(0, sent(several));
            assertEquals(BulkEnd.COMPLETE, end(job.runAsync(one)));
            CompletionException refused = assertThrows(CompletionException.class, () -> job.runAsync(work -> {
                throw new RejectedExecutionException();
            }).join());
            assertInstanceOf(NotSentException.class, refused.getCause());
            assertEquals(BulkEnd.COMPLETE, job.run(), "a refusal stops nothing");
        } finally {
            one.shutdown();
        }
    }

    @Test
    void misconfiguredOrdersAreTakenUpAgain() {
        journal.add("shop", orders(12));
        Map<String, Object> wrong = sandbox.config("wechat");
        Map<String, Object> account = JsonReader.object(JsonWriter.write(wrong.get("account")));
        account.put("api_key", String.join("", Collections.nCopies(32, "0")));
        wrong.put("account", account);
        List<BulkEvent> heard = new ArrayList<>();
        try (BulkJob job = BulkJob.on(journal).account("shop", wrong).inFlight(1).onEvent(heard::add).open()) {
            assertEquals(BulkEnd.ACCOUNTS_STOPPED, job.run());
        }
        assertEquals("[shop]", heard.stream().filter(one -> one.kind() == BulkEvent.Kind.ACCOUNT_STOPPED).map(BulkEvent::account).collect(Collectors.toList()).toString());
        assertEquals(10, journal.people().count());
        assertEquals(10, journal.reopen("shop"));
        try (BulkJob job = job(all -> all.rate(1000))) {
            assertEquals(BulkEnd.COMPLETE, job.run());
        }
        assertEquals("[closed]", journal.results().map(BulkResult::word).distinct().collect(Collectors.toList()).toString());
    }

    @Test
    void errors() throws Exception {
        List<UnaryOperator<BulkJob.Builder>> wrong = Arrays.asList(
                all -> all.rate(0), all -> all.rate(Double.NaN), all -> all.inFlight(0), all -> all.hostRate(1e9), all -> all.hostInFlight(-1),
                all -> all.attempts(0), all -> all.delay(Duration.ofSeconds(-1)), all -> all.longestDelay(Duration.ofDays(2)),
                all -> all.grace(Duration.ZERO), all -> all.grace(Duration.ofMillis(999)), all -> all.account("other", "{}"));
        for (UnaryOperator<BulkJob.Builder> one : wrong) {
            assertThrows(ChexiaoException.class, () -> job(one));
        }
        assertThrows(ConfigException.class, () -> shop().account("other", folder.resolve("none.json")));
        Path text = Files.write(folder.resolve("text"), String.join("", Collections.nCopies(200, "no journal ")).getBytes(UTF_8));
        JournalException none = assertThrows(JournalException.class, () -> BulkJournal.sqlite(text));
        assertTrue(none.getMessage().contains("run the job again"), none.getMessage());
        JournalException nowhere = assertThrows(JournalException.class, () -> BulkJournal.postgres("host=/nowhere user=u password='sec/ret'", "night"));
        assertFalse(nowhere.toString().contains("sec/ret"));
    }

    @Test
    void whatIsClosedIsRefused() throws Exception {
        BulkJob job = job(UnaryOperator.identity());
        journal.add("shop", orders(1));
        journal.close();
        journal.close();
        assertEquals("handle", assertThrows(CallException.class, journal::status).kind());
        assertThrows(CallException.class, () -> job(UnaryOperator.identity()));
        assertEquals(BulkEnd.COMPLETE, job.run(), "a job keeps its journal");
        job.close();
        job.close();
        for (Runnable use : Arrays.<Runnable>asList(job::run, job::stop, job::runAsync, () -> job.read(BulkInput.of(folder.resolve("none.csv"))))) {
            assertEquals("handle", assertThrows(CallException.class, use::run).kind());
        }
    }

    @Test
    void whatAnotherSqliteTakesAwayIsNoticedAtOnce() throws Exception {
        String file = folder.resolve("other.db").toString();
        String classPath = String.join(File.pathSeparator, Repository.jar().toString(), Repository.testClasses().toString(),
                place("org.sqlite.JDBC"), place("org.slf4j.LoggerFactory"));
        Jvm jvm = Jvm.run(Jvm.commandWith(classPath, "io.github.chexiao.Child", "sqlite", file));
        assertTrue(jvm.exit == 0 && jvm.output.contains("another SQLite in this process"), jvm.output);
        try (BulkJournal kept = BulkJournal.sqlite(folder.resolve("other.db"))) {
            assertTrue(kept.status().get(0).orders() >= 1, "what was committed before is kept");
        }
    }

    private static String place(String name) throws Exception {
        return Paths.get(Class.forName(name, false, BulkIT.class.getClassLoader()).getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    }

    @Test
    void theJvmEndsInGoodOrderDuringARun() throws Exception {
        for (String how : new String[] {"exit", "halt", "return"}) {
            String file = folder.resolve(how + ".db").toString();
            assertEquals("", Jvm.run("io.github.chexiao.Child", "bulk", sandbox.file("wechat.json").toString(), file, how).wellDone().output);
            try (BulkJournal left = BulkJournal.sqlite(folder.resolve(how + ".db"))) {
                assertEquals(300, left.status().stream().mapToLong(BulkCount::orders).sum());
            }
        }
    }

    private static void sleep(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException told) {
            throw new IllegalStateException(told);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException told) {
            throw new IllegalStateException(told);
        }
    }
}
