package io.github.chexiao;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The journal of one bulk job, open: which orders are to be closed, what was sent, what came of it. It is on disk before a request leaves, so
 * that the job can be killed at any moment and run again; {@code docs/bulk.md} says how an order comes to its last word.
 *
 * <p>Any number of threads may share it, and so may processes, each of which opens it. Every method throws a {@link JournalException} if the
 * journal fails.
 *
 * <p><b>Never open the file of a journal with another SQLite, such as that of sqlite-jdbc, in a JVM that has it open here:</b> when that one
 * closes the file, it takes away the locks and the log that this one works with. The methods of this class read it.
 */
public final class BulkJournal implements AutoCloseable {
    private static final int PAGE = 1000;

    private final transient Handle handle;

    private BulkJournal(Map<String, ?> place) {
        Library.load();
        byte[] document = Utf8.bytes("journal", JsonWriter.write(place));
        handle = BulkBorder.opened(this, (number, out) -> BulkNative.openJournal(document, number, out));
    }

    /**
     * The journal in this file, for processes of one machine; a new one, if there is none.
     *
     * @param file on a local disk, no network file system
     * @return an open journal
     * @throws JournalException if it cannot be used
     */
    public static BulkJournal sqlite(Path file) {
        String path = file.toFile().getAbsolutePath();
        return new BulkJournal(Collections.singletonMap("sqlite", Collections.singletonMap("path", path)));
    }

    /**
     * The journal in a schema of a PostgreSQL database, for many machines; a new one, if there is none. A password that the address lacks comes
     * from the environment's {@code PGPASSWORD}, or the file that {@code PGPASSFILE} names, or {@code ~/.pgpass}. {@code sslmode} and
     * {@code sslrootcert} as libpq has them, but {@code verify-full} by the system's certificates where nothing is said and the host is no
     * socket and not this machine.
     *
     * @param url {@code postgres://user@host/database} or {@code host=… user=… dbname=…}; no JDBC address
     * @param schema the job's own
     * @return an open journal
     * @throws JournalException if it cannot be used
     */
    public static BulkJournal postgres(String url, String schema) {
        Map<String, Object> place = new LinkedHashMap<>();
        place.put("url", Objects.requireNonNull(url, "url"));
        place.put("schema", Objects.requireNonNull(schema, "schema"));
        return new BulkJournal(Collections.singletonMap("postgres", place));
    }

    /**
     * {@link #add(String, Iterable, long)} from line 1 on.
     *
     * @param account the name of the account of all of them; {@code null} if each names its own by a member {@code account}
     * @param orders the fields of each under its gateway's own names
     * @return how many are new
     * @throws CallException naming the order and what is wrong with it
     */
    public long add(String account, Iterable<? extends Map<String, String>> orders) {
        return add(account, orders, 1);
    }

    /**
     * Adds orders. The same order twice is one, which is closed once. They are taken a thousand at a time: what came before the iteration
     * threw is in the journal, and adding it again adds nothing twice. Of a stream, {@code stream::iterator} is an iterable.
     *
     * @param account the name of the account of all of them; {@code null} if each names its own by a member {@code account}
     * @param orders the fields of each under its gateway's own names
     * @param firstLine the number of the first one, from which they are counted
     * @return how many are new
     * @throws CallException naming the order and what is wrong with it
     */
    public long add(String account, Iterable<? extends Map<String, String>> orders, long firstLine) {
        long added = 0;
        long line = firstLine;
        List<Object> chunk = new ArrayList<>(PAGE);
        for (Map<String, String> order : orders) {
            chunk.add(row(account, line++, order));
            if (chunk.size() == PAGE) {
                added += added(chunk);
                chunk.clear();
            }
        }
        return added + added(chunk);
    }

    /**
     * How many orders stand how.
     *
     * @return by account, state and word
     */
    public List<BulkCount> status() {
        return rows("status", BulkCount::new).collect(Collectors.toList());
    }

    /**
     * The orders with their last word, in the order in which they were added. They are read a thousand at a time while the stream is used;
     * nothing has to be closed.
     *
     * @return a stream that grows with the journal
     */
    public Stream<BulkResult> results() {
        return Pages.of(last -> {
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("after", last == null ? 0L : last.get("id"));
            about.put("limit", PAGE);
            return list("ended", about);
        }).map(BulkResult::new);
    }

    /**
     * Those of the {@link #results()} that a person must look at.
     *
     * @return a stream as of {@link #results()}
     */
    public Stream<BulkResult> people() {
        return results().filter(BulkResult::needsPerson);
    }

    /**
     * Lines that named an order once more.
     *
     * @return each with the line that named it first
     */
    public List<BulkRepeat> repeats() {
        return rows("repeats", BulkRepeat::new).collect(Collectors.toList());
    }

    /**
     * Lines of inputs that gave no order, for people.
     *
     * @return a stream as of {@link #results()}
     */
    public Stream<BulkUnreadable> unreadable() {
        return Pages.of(last -> {
            Map<String, Object> about = new LinkedHashMap<>();
            about.put("input", last == null ? "" : last.get("input"));
            about.put("line", last == null ? 0L : last.get("line"));
            about.put("limit", PAGE);
            return list("unreadable", about);
        }).map(BulkUnreadable::new);
    }

    /**
     * Inputs that were not read to their end: nothing is sent until they are read once more.
     *
     * @return their names
     */
    public List<String> unfinishedInputs() {
        List<String> inputs = new ArrayList<>();
        ((List<?>) asked("unfinished_inputs", Collections.emptyMap())).forEach(input -> inputs.add((String) input));
        return inputs;
    }

    /**
     * Takes up again the orders of an account that ended with {@link Next#FIX}: at them nothing was executed.
     *
     * @param account its name
     * @return how many there are
     */
    public long reopen(String account) {
        return (Long) asked("reopen", Collections.singletonMap("account", Objects.requireNonNull(account, "account")));
    }

    /** Frees it, once no job needs it. Closing again does nothing. */
    @Override
    public void close() {
        handle.free();
    }

    /** For logs: not where it is. */
    @Override
    public String toString() {
        return "BulkJournal";
    }

    /** Opens a job on it. */
    Handle openJob(Object job, byte[] settings, byte[][] names, byte[][] configs) {
        return BulkBorder.opened(job, (number, out) -> BulkNative.openJob(this, handle.number(), settings, names, configs, number, out));
    }

    private static List<Object> row(String account, long line, Map<String, String> order) {
        Map<String, Object> members = new LinkedHashMap<>(order);
        Object name = account == null ? members.remove("account") : account;
        if (!(name instanceof String)) {
            String message = "is missing in order " + line;
            throw ChexiaoException.of(ChexiaoException.Kind.CALL, "account", message, "give the order a member of this name, or name one for all", null);
        }
        return Arrays.asList(name, line, BulkBorder.json("order " + line, members));
    }

    private long added(List<Object> chunk) {
        if (chunk.isEmpty()) {
            return 0;
        }
        byte[] orders = Utf8.bytes("orders", JsonWriter.write(chunk));
        return (Long) JsonReader.read(BulkBorder.said(out -> BulkNative.add(this, handle.number(), orders, out)));
    }

    private <T> Stream<T> rows(String what, Function<Map<String, Object>, T> row) {
        return list(what, Collections.emptyMap()).stream().map(row);
    }

    @SuppressWarnings("unchecked")
    private List<Map<String, Object>> list(String what, Map<String, ?> about) {
        return (List<Map<String, Object>>) asked(what, about);
    }

    private Object asked(String what, Map<String, ?> about) {
        byte[] text = Utf8.bytes("about", JsonWriter.write(about));
        return JsonReader.read(BulkBorder.said(out -> BulkNative.ask(this, handle.number(), BulkBorder.word(what), text, out)));
    }
}
