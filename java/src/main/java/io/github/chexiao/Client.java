package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One merchant account at one gateway, with its keys loaded and its connections pooled. Open one, keep it, and close it at the end.
 *
 * <p>Any number of threads may use a client at the same time. {@link #close()} is safe while calls run: they finish, later ones are a
 * {@link CallException} of kind {@code handle}. At most 1,048,576 clients are open at a time; one that is dropped without being closed is freed
 * when another is opened after the garbage collector has seen it.
 */
public final class Client implements AutoCloseable {
    private static final byte[] SEND = "send".getBytes(StandardCharsets.US_ASCII);

    /** Transient for those who copy by fields, such as Kryo: in another process the number may be another merchant's. */
    private final transient Handle handle;
    private final String gateway;
    private volatile Consumer<? super CallRecord> listener;

    private Client(byte[] config) {
        Library.load();
        Handle.freeDropped();
        long[] number = new long[1];
        byte[][] out = new byte[1][];
        String opened;
        try {
            opened = document(Native.open(config, number, out), out);
        } finally {
            Arrays.fill(config, (byte) 0);
        }
        this.handle = new Handle(this, number[0], Native::free);
        this.gateway = (String) JsonReader.object(opened).get("gateway");
    }

    /**
     * Opens a client. Loads the keys; makes no connection.
     *
     * @param config the configuration: one JSON document. The library wipes its copies when the client is opened; the String stays in the
     *     heap, so name secrets by {@code {"file":…}} or {@code {"env":…}} where that matters
     * @return an open client
     * @throws ConfigException naming the setting and the remedy
     * @throws CallException if the text holds half of a surrogate pair, or 1,048,576 clients are open
     */
    public static Client open(String config) {
        return new Client(Utf8.bytes("config", config));
    }

    /**
     * Opens a client from a file.
     *
     * @param config a file with the configuration: one JSON document, UTF-8, or UTF-16 with a byte order mark
     * @return an open client
     * @throws ConfigException naming the setting and the remedy
     * @throws CallException if the file is not UTF-8, or 1,048,576 clients are open
     */
    public static Client open(Path config) {
        return new Client(ConfigFile.read(config));
    }

    /**
     * Opens a client from maps, such as a Spring property tree.
     *
     * @param config maps, lists, texts, numbers, booleans and nulls, with the keys of the JSON document
     * @return an open client
     * @throws ConfigException naming the setting and the remedy
     * @throws CallException if 1,048,576 clients are open
     */
    public static Client open(Map<String, ?> config) {
        Objects.requireNonNull(config, "config");
        try {
            return open(JsonWriter.write(config));
        } catch (IllegalArgumentException bad) {
            String remedy = "pass maps, lists, texts, numbers and booleans";
            throw ChexiaoException.of(Kind.CONFIG, null, "the configuration " + bad.getMessage(), remedy, null);
        }
    }

    /**
     * The version of the native library.
     *
     * @return such as {@code 0.1.0}
     * @throws ConfigException if the library does not load here
     */
    public static String version() {
        return Library.version();
    }

    /**
     * All gateways with their environments and outcome tables.
     *
     * @return a JSON array
     * @throws ConfigException if the library does not load here
     */
    public static String gateways() {
        Library.load();
        byte[][] out = new byte[1][];
        return document(Native.gateways(out), out);
    }

    /**
     * Why a configuration does not work, be it that no client opens from it. Looks at it and at each key, and goes the way to the gateway step
     * by step: DNS, TCP, proxy, TLS, clock, and where the gateway has a query, one for an order that does not exist. Never moves money, never
     * shows a secret. Blocks until {@code deadline_ms} at most.
     *
     * @param config the configuration, as JSON
     * @return a JSON object: {@code worst}, {@code cause} (the finding of the first step that fails, or null), {@code status},
     *     {@code steps}, {@code elapsed_ms}; docs/troubleshooting.md lists the findings
     * @throws ConfigException if the library does not load here, or the text cannot be encoded
     */
    public static String diagnose(String config) {
        Library.load();
        byte[][] out = new byte[1][];
        return document(Native.diagnose(Utf8.bytes("config", config), out), out);
    }

    /**
     * The same of this client, on a connection of its own. Where its configuration held a secret itself, that text was not kept: its keys,
     * which were loaded, are not looked at again.
     *
     * @return as {@link #diagnose(String)}
     * @throws CallException kind {@code handle}, if the client is closed
     */
    public String diagnose() {
        byte[][] out = new byte[1][];
        return document(ask("diagnose", new byte[0], out), out);
    }

    /**
     * The gateway's id.
     *
     * @return as in the configuration
     */
    public String gateway() {
        return gateway;
    }

    /**
     * Names a listener, which is told about every call of this client when it ends, on the thread that made it or, of {@code sendAsync}, on the
     * executor: for one line in a log, or a metric. It replaces the one before. What it throws is dropped: it cannot change what happened to an
     * order.
     *
     * @param listener {@code null} for none
     * @return this
     */
    public Client onCall(Consumer<? super CallRecord> listener) {
        this.listener = listener;
        return this;
    }

    /**
     * Closes an order: {@code send(Call.close(order))}. (Closing the client is {@link #close()}.)
     *
     * @param order the order's fields under the gateway's own names
     * @return what happened, as far as it is proven
     * @throws CallException naming the field; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public Outcome closeOrder(Map<String, String> order) {
        return send(Call.close(order));
    }

    /**
     * Asks for an order's state: {@code send(Call.query(order))}.
     *
     * @param order the order's fields under the gateway's own names
     * @return the state, as far as it is proven
     * @throws ConfigException where the gateway documents no query to rely on; nothing was sent
     * @throws CallException naming the field; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public Outcome queryOrder(Map<String, String> order) {
        return send(Call.query(order));
    }

    /**
     * Gives money back, once for the number of the refund that the order holds: {@code send(Call.refund(order))}.
     *
     * @param order the fields under the gateway's own names, which {@code docs/refunds.md} lists
     * @return whether it was taken up; what that leaves open {@link #refundQuery(Map)} tells, and never a second number
     * @throws ConfigException where the gateway documents none to rely on, or wants a client certificate; nothing was sent
     * @throws CallException naming the field; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public Outcome refund(Map<String, String> order) {
        return send(Call.refund(order));
    }

    /**
     * Asks what has become of a refund: {@code send(Call.refundQuery(order))}.
     *
     * @param order the fields under the gateway's own names, which {@code docs/refunds.md} lists
     * @return that, as far as it is proven
     * @throws ConfigException where the gateway documents none to rely on, or wants a client certificate; nothing was sent
     * @throws CallException naming the field; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public Outcome refundQuery(Map<String, String> order) {
        return send(Call.refundQuery(order));
    }

    /**
     * Undoes an order by scanned code: {@code send(Call.reverse(order))}.
     *
     * @param order the fields under the gateway's own names, which {@code docs/refunds.md} lists
     * @return what happened, as far as it is proven
     * @throws ConfigException where the gateway documents none to rely on, or wants a client certificate; nothing was sent
     * @throws CallException naming the field; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public Outcome reverse(Map<String, String> order) {
        return send(Call.reverse(order));
    }

    /**
     * Closes an order and, where that leaves a doubt, queries it, within one deadline: {@code send(Call.ensureClosed(order))}.
     *
     * @param order the order's fields under the gateway's own names
     * @return what happened, as far as both answers prove it
     * @throws ConfigException where the gateway documents no query to rely on; nothing was sent
     * @throws CallException naming the field; nothing was sent
     * @throws NotSentException if there is no connection for the close; nothing was sent
     */
    public Outcome ensureClosed(Map<String, String> order) {
        return send(Call.ensureClosed(order));
    }

    /**
     * Signs, sends once, verifies and interprets. Blocks at most until the configured deadline ({@code deadline_ms}, 30 seconds unless
     * configured); interrupting the thread does not end it, since that would not un-send anything. A virtual thread leaves its carrier to
     * others meanwhile.
     *
     * @param call what to do
     * @return what happened, as far as it is proven
     * @throws CallException naming the field, or kind {@code handle} if the client is closed; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public Outcome send(Call call) {
        byte[] text = Utf8.bytes("call", ofOrder(call).toJson());
        return told("send", call, () -> {
            byte[][] out = new byte[1][];
            return outcome(call, ask("send", text, out), out);
        });
    }

    /**
     * Calls any other API of the gateway: signs, sends once, verifies what comes back. Nothing is repeated. Blocks as {@link #send} does.
     *
     * @param call of {@link Call#api(String, Map)} or {@link Call#calling(String, Map)}
     * @return what came of it
     * @throws CallException naming the field, or kind {@code handle} if the client is closed; nothing was sent
     * @throws ConfigException naming the setting that this API needs, or what is not supported; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public CallAnswer call(Call call) {
        return answer("send", call, Utf8.bytes("call", ofApi(call).toJson()));
    }

    /**
     * {@link #call(Call)} of {@link Call#api(String, Map)}.
     *
     * @param api {@code "POST /path"} or {@code "GET /path"}; at gateways with one address, the name of the method
     * @param fields the API's fields under the gateway's own names
     * @return what came of it
     * @throws CallException naming the field; nothing was sent
     * @throws ConfigException naming the setting that this API needs, or what is not supported; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public CallAnswer call(String api, Map<String, ?> fields) {
        return call(Call.api(api, fields));
    }

    /**
     * {@link #call(Call)} of an API that gives a file, a day's bill say, which is written there: whole, or not at all. A file that is there
     * already is left alone, unless the call is {@link Call#calling(String, Map)} with {@code to} and {@code replace}. What proves the file
     * is said in {@code docs/calls.md}. Little of it is in memory; and it may take as long as it comes: {@code deadline_ms} is for the reply
     * to begin, and then for each MiB.
     *
     * @param api as of {@link #call(String, Map)}
     * @param fields as of {@link #call(String, Map)}
     * @param to a file of the default file system
     * @return what came of it; {@link CallAnswer#file()} says whether there is a file
     * @throws CallException naming the field, be it {@code to}; nothing was sent
     * @throws ConfigException naming the setting that this API needs, or what is not supported; nothing was sent
     * @throws NotSentException if there is no connection; nothing was sent
     */
    public CallAnswer download(String api, Map<String, ?> fields, Path to) {
        return call(Call.calling(api, fields).with("to", to.toFile().getAbsolutePath()).build());
    }

    /**
     * What a reply proves, where the request was signed for a call of an API. Throws no {@link ChexiaoException}, as {@link #verify}.
     *
     * @param call what was given to {@link #sign}
     * @param request what {@link #sign} returned
     * @param reply what came back
     * @return what came of it
     * @throws IllegalArgumentException if the call asks about an order: {@link #verify} judges that
     */
    public CallAnswer verifyCall(Call call, HttpRequest request, HttpReply reply) {
        if (!call.isOfApi()) {
            throw new IllegalArgumentException("the call asks about an order: verify judges its reply");
        }
        return answer("verify", call, Utf8.bytes("exchange", exchange(call, request, reply)));
    }

    private static Call ofOrder(Call call) {
        if (call.isOfApi()) {
            throw ChexiaoException.of(Kind.CALL, "operation", "`call` has an answer and no outcome", "use Client.call", null);
        }
        return call;
    }

    private static Call ofApi(Call call) {
        if (!call.isOfApi()) {
            throw ChexiaoException.of(Kind.CALL, "operation", "must be call here", "use Call.api, or send for what asks about an order", null);
        }
        return call;
    }

    private CallAnswer answer(String verb, Call call, byte[] text) {
        return told(verb, call, () -> {
            byte[][] out = new byte[1][];
            int status = ask(verb, text, out);
            try {
                return out[0] == null && status >= 0 ? CallAnswer.NO_MEMORY : new CallAnswer(document(status, out));
            } catch (OutOfMemoryError full) {
                if (status >= 0) {
                    return CallAnswer.NO_MEMORY;
                }
                throw full;
            }
        });
    }

    /**
     * {@link #sendAsync(Call, Executor)} on the common pool.
     *
     * @param call what to do
     * @return completes with the outcome, or with the exception of {@link #send}
     */
    public CompletableFuture<Outcome> sendAsync(Call call) {
        return sendAsync(call, Sending.COMMON);
    }

    /**
     * {@link #send} without a thread that waits. {@code executor} is given two pieces of work: to sign and begin the call, and to say what has
     * come of it, which runs the listener and what depends on the future. Calls under way are bounded by nothing else: each has a connection of
     * its own, so let no more begin at a time than the gateway and the process admit. They do not keep the JVM alive.
     *
     * @param call what to do
     * @param executor must not block who gives it work. Where it throws before the call has begun, the call is never made, even if it runs it
     *     later; where it throws afterwards, the common pool takes its place
     * @return completes with the outcome, or with the exception of {@link #send}; where the executor throws before the call has begun, with a
     *     {@link NotSentException}. Cancelling or completing it before the request is out takes the call back; afterwards it un-sends nothing:
     *     the order is then unknown, a listener is still told, and no query follows a close. An executor that drops its work in silence leaves
     *     it incomplete
     */
    public CompletableFuture<Outcome> sendAsync(Call call, Executor executor) {
        Objects.requireNonNull(call, "call");
        Objects.requireNonNull(executor, "executor");
        return new Sending(this, call, executor).start();
    }

    /**
     * The signed request, for a program that sends it with its own HTTP client: as it is, once. {@link #verify} then judges the reply.
     *
     * @param call what to do
     * @return the request
     * @throws CallException naming the field, or kind {@code handle} if the client is closed
     */
    public HttpRequest sign(Call call) {
        byte[] text = Utf8.bytes("call", call.toJson());
        return told("sign", call, () -> {
            byte[][] out = new byte[1][];
            return HttpRequest.ofJson(document(ask("sign", text, out), out));
        });
    }

    /**
     * What a reply proves about the order. The request is out, so this throws no {@link ChexiaoException}: what cannot be read or used, a
     * closed client among it, makes the outcome unknown.
     *
     * @param call what was given to {@link #sign}
     * @param request what {@link #sign} returned
     * @param reply what came back
     * @return what happened, as far as it is proven
     * @throws IllegalArgumentException if the call is that of an API: {@link #verifyCall} is for those
     */
    public Outcome verify(Call call, HttpRequest request, HttpReply reply) {
        if (call.isOfApi()) {
            throw new IllegalArgumentException("a call of an API has an answer and no outcome: use verifyCall");
        }
        byte[] text = Utf8.bytes("exchange", exchange(call, request, reply));
        return told("verify", call, () -> {
            byte[][] out = new byte[1][];
            return outcome(call, ask("verify", text, out), out);
        });
    }

    /**
     * What the gateway has posted by itself: whether it is authentic, what it says, and what to answer. Pure: no network, nothing is kept, the
     * listener is not told. Whatever came in is a notice.
     *
     * @param incoming what was received
     * @return the notice
     * @throws ConfigException naming the setting without which this gateway's notifications cannot be verified
     * @throws CallException kind {@code handle}, if the client is closed
     */
    public Notice notification(Incoming incoming) {
        byte[][] out = new byte[1][];
        return new Notice(document(ask("notification", Utf8.bytes("message", incoming.toJson()), out), out));
    }

    /**
     * Connects to the gateway, unless a connection lies idle, and sends nothing: the next call finds the connection made, whichever client of
     * the same host and settings it is. Blocks until {@code connect_timeout_ms} at most.
     *
     * @throws NotSentException if no connection comes about
     * @throws CallException kind {@code handle}, if the client is closed
     */
    public void warm() {
        byte[][] out = new byte[1][];
        document(ask("warm", new byte[0], out), out);
    }

    /**
     * Encrypts one field as this gateway's other calls demand it.
     *
     * @param text the field
     * @return the field as the gateway takes it
     * @throws ConfigException kind {@code unsupported}, where this gateway or this account encrypts no field
     * @throws CallException if the text cannot be encoded, or kind {@code handle} if the client is closed
     */
    public String encryptField(String text) {
        byte[][] out = new byte[1][];
        return field(ask("encrypt_field", Utf8.bytes("text", text), out), out);
    }

    /**
     * Decrypts one field of this gateway's other replies and notifications. What it says is not signed by that.
     *
     * @param field the field as the gateway sent it
     * @return the text
     * @throws ConfigException kind {@code unsupported}, where this gateway or this account encrypts no field
     * @throws CallException if it is not encrypted with this account's key, or kind {@code handle} if the client is closed
     */
    public String decryptField(String field) {
        byte[][] out = new byte[1][];
        return field(ask("decrypt_field", Utf8.bytes("field", field), out), out);
    }

    /** Frees the keys and the connections. Calls that still run finish. Closing again does nothing. */
    @Override
    public void close() {
        handle.free();
    }

    /** For logs: the gateway, nothing of the account. */
    @Override
    public String toString() {
        return Line.of("Client{" + gateway + "}");
    }

    /** A send that holds no thread. Nothing was sent if this throws. */
    void begin(Queued queued, Call call) {
        queued.begin(this, handle.number(), SEND, Utf8.bytes("call", ofOrder(call).toJson()));
    }

    /** What has come of it, as {@link #send} says it; the listener is told. */
    Outcome ended(Queued queued, Call call, long started) {
        return told("send", call, started, () -> outcome(call, queued.status(), queued.out()));
    }

    /** A virtual thread leaves its carrier to others while a verb waits for the network. */
    private int ask(String verb, byte[] text, byte[][] out) {
        long number = handle.number();
        byte[] word = verb.getBytes(StandardCharsets.US_ASCII);
        boolean parks = (verb.equals("send") || verb.equals("warm") || verb.equals("diagnose")) && VirtualThread.isCurrent();
        return parks ? Queued.ask(this, number, word, text, out) : Native.ask(this, number, word, text, out);
    }

    private static String exchange(Call call, HttpRequest request, HttpReply reply) {
        return "{\"call\":" + call.toJson() + ",\"request\":" + request.toJson() + ",\"reply\":" + reply.toJson() + "}";
    }

    private static String document(int status, byte[][] out) {
        if (out[0] == null) {
            throw new OutOfMemoryError("no memory for what chexiao has to say; nothing was sent");
        }
        String json = Utf8.text(out[0]);
        if (status < 0) {
            throw ChexiaoException.of(json);
        }
        return json;
    }

    private static String field(int status, byte[][] out) {
        return (String) JsonReader.object(document(status, out)).get("text");
    }

    private static Outcome outcome(Call call, int status, byte[][] out) {
        try {
            return out[0] == null && status > 0 ? Outcome.noMemory(call) : new Outcome(document(status, out));
        } catch (OutOfMemoryError full) {
            if (status > 0) {
                return Outcome.noMemory(call);
            }
            throw full;
        }
    }

    private <T> T told(String step, Call call, Supplier<T> body) {
        return told(step, call, System.nanoTime(), body);
    }

    private <T> T told(String step, Call call, long started, Supplier<T> body) {
        try {
            T result = body.get();
            tell(step, call, started, result, null);
            return result;
        } catch (ChexiaoException error) {
            tell(step, call, started, null, error);
            throw error;
        }
    }

    private void tell(String step, Call call, long started, Object result, ChexiaoException error) {
        Consumer<? super CallRecord> told = listener;
        if (told == null) {
            return;
        }
        try {
            Outcome outcome = result instanceof Outcome ? (Outcome) result : null;
            String id = result instanceof CallAnswer ? ((CallAnswer) result).msgId()
                    : outcome != null ? outcome.msgId() : result != null ? ((HttpRequest) result).msgId() : call.member("msg_id");
            long milliseconds = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
            told.accept(new CallRecord(gateway, step, call, id, milliseconds, outcome, error));
        } catch (Throwable dropped) {
            // What happened to the order must reach the caller.
        }
    }
}
