package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The native methods with everything that the classes above them never pass. */
class NativeIT {
    private static final byte[] SIGN = "sign".getBytes(UTF_8);
    private static final byte[] SEND = "send".getBytes(UTF_8);
    private static final byte[] VERIFY = "verify".getBytes(UTF_8);

    private final byte[][] out = new byte[1][];

    @BeforeAll
    static void load() {
        Library.load();
    }

    private static byte[] config() {
        return JsonWriter.write(Shop.config()).getBytes(UTF_8);
    }

    private String kind() {
        assertNotNull(out[0]);
        return (String) JsonReader.object(Utf8.text(out[0])).get("error");
    }

    @Test
    void nullIsAnErrorNeverACrash() {
        assertEquals(-1, Native.open(null, new long[1], out));
        assertEquals("null", kind());
        long[] client = new long[1];
        assertEquals(0, Native.open(config(), client, out));
        assertEquals(-1, Native.ask(null, client[0], SIGN, null, out));
        assertEquals(-1, Native.ask(null, client[0], SEND, null, out));
        assertEquals("null", kind());
        assertEquals(9, Native.ask(null, client[0], VERIFY, null, out));
        assertEquals(0, Native.free(client[0]));
    }

    @Test
    void verbsThatAreNoneAreErrors() {
        long[] client = new long[1];
        assertEquals(0, Native.open(config(), client, out));
        assertEquals(-1, Native.ask(null, client[0], null, new byte[0], out));
        for (String none : new String[] {"", "Send", "send ", "send\0", "encryptField", "gateways", "\u64a4\u9500"}) {
            assertEquals(-12, Native.ask(null, client[0], none.getBytes(UTF_8), new byte[0], out), none);
            assertEquals("unsupported", kind());
        }
        assertEquals(-2, Native.ask(null, client[0], new byte[] {(byte) 0xe9}, null, out));
        assertEquals(0, Native.free(client[0]));
    }

    @Test
    void noPlaceForADocumentLosesOnlyTheDocument() {
        assertEquals(0, Native.about(null));
        assertEquals(0, Native.gateways(new byte[0][]));
        long[] client = new long[1];
        assertEquals(0, Native.open(config(), client, null));
        assertEquals(-10, Native.ask(null, client[0], SEND, "{}".getBytes(UTF_8), null));
        assertEquals(9, Native.ask(null, client[0], VERIFY, "{}".getBytes(UTF_8), new byte[0][]));
        assertEquals(0, Native.free(client[0]));
    }

    @Test
    void noPlaceForAHandleOpensNothing() {
        for (int i = 0; i < 5000; i++) {
            assertEquals(-1, Native.open(config(), i % 2 == 0 ? null : new long[0], out));
        }
        assertEquals("null", kind());
    }

    @Test
    void handlesThatAreNoneAreErrors() {
        long[] client = new long[1];
        assertEquals(0, Native.open(config(), client, out));
        assertEquals(0, Native.free(client[0]));
        byte[] call = Shop.call().toJson().getBytes(UTF_8);
        for (long forged : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, client[0], client[0] + 1, client[0] ^ 1L << 40}) {
            assertEquals(-3, Native.ask(null, forged, SIGN, call, out));
            assertEquals("handle", kind());
            assertEquals(-3, Native.ask(null, forged, SEND, call, out));
            assertEquals(9, Native.ask(null, forged, VERIFY, call, out));
            assertEquals(-3, Native.free(forged));
        }
    }

    @Test
    void bytesThatAreNotTextAreErrors() {
        long[] client = new long[1];
        assertEquals(0, Native.open(config(), client, out));
        byte[] latin1 = {'"', (byte) 0xe9, '"'};
        assertEquals(-2, Native.ask(null, client[0], SIGN, latin1, out));
        assertTrue(Utf8.text(out[0]).contains("is not UTF-8 at byte 1"), Utf8.text(out[0]));
        assertEquals(-10, Native.ask(null, client[0], SIGN, new byte[0], out));
        assertEquals(-10, Native.ask(null, client[0], SIGN, new byte[1 << 20], out));
        assertEquals(9, Native.ask(null, client[0], VERIFY, latin1, out));
        assertEquals(0, Native.free(client[0]));
    }

    @Test
    void theResultForNoMemoryHasEveryKey() {
        assertEquals(9, Native.ask(null, 0, VERIFY, null, out));
        assertEquals(JsonReader.object(Utf8.text(out[0])).keySet(), JsonReader.object(Outcome.NO_MEMORY.toJson()).keySet());
        assertEquals(OutcomeCode.UNKNOWN, Outcome.NO_MEMORY.code());
        assertEquals(Next.QUERY, Outcome.NO_MEMORY.next());
        assertEquals(0, Outcome.NO_MEMORY.raw().length);
        Map<String, String> order = Collections.singletonMap("out_refund_no", "R1");
        assertEquals(Next.REFUND_QUERY, Outcome.noMemory(Call.refund(order)).next());
        assertEquals(Next.REFUND_QUERY, Outcome.noMemory(Call.refundQuery(order)).next());
        assertEquals(Next.QUERY, Outcome.noMemory(Call.close(order)).next());
        assertTrue(Outcome.NO_MEMORY_OF_REFUND.explanation(Locale.ENGLISH).contains("`refund_query`"));
        assertTrue(Outcome.NO_MEMORY_OF_REFUND.explanation(Locale.CHINESE).contains("切勿换号再退"));
    }

    @Test
    void theQueueSurvivesMisuseAndLosesNothing() throws InterruptedException {
        // What another test has left would take the answers.
        while (Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("chexiao-queue"))) {
            Thread.sleep(50);
        }
        long[] client = new long[1];
        assertEquals(0, Native.open(config(), client, out));
        byte[] call = Shop.call().toJson().getBytes(UTF_8);
        long tag = Long.MIN_VALUE;
        for (long forged : new long[] {0, -1, Long.MAX_VALUE, client[0] + 1}) {
            assertEquals(-3, Native.submit(null, forged, SEND, call, tag, out));
            assertEquals("handle", kind());
        }
        assertEquals(-1, Native.submit(null, client[0], null, call, tag, out));
        assertEquals(-1, Native.submit(null, client[0], SEND, null, tag, out));
        assertEquals(-2, Native.submit(null, client[0], SEND, new byte[] {(byte) 0xe9}, tag, null));
        assertEquals(-12, Native.submit(null, client[0], "none".getBytes(UTF_8), call, tag, out));
        Native.withdraw(tag);
        Native.withdraw(0);
        // One whose text is wrong, one that is done at once, one that cannot connect, two of one tag.
        assertEquals(0, Native.submit(null, client[0], SEND, new byte[0], tag, out));
        assertEquals(0, Native.submit(null, client[0], SIGN, call, tag + 1, null));
        assertEquals(0, Native.submit(null, client[0], SEND, call, tag + 2, out));
        assertEquals(0, Native.submit(null, client[0], SIGN, call, tag + 3, out));
        assertEquals(0, Native.submit(null, client[0], SIGN, call, tag + 3, out));
        assertEquals(0, Native.free(client[0]));
        assertEquals(-1, Native.take(10_000, null, out));
        assertEquals(-1, Native.take(10_000, new long[0], null));
        Map<Long, Integer> answers = new TreeMap<>();
        long[] taken = new long[1];
        for (int i = 0; i < 5; i++) {
            int answer = Native.take(10_000, taken, i == 0 ? null : out);
            answers.merge(taken[0] - tag, answer, Integer::sum);
        }
        assertEquals("{0=-10, 1=0, 2=-21, 3=0}", answers.toString());
        taken[0] = 7;
        for (int milliseconds : new int[] {0, 1, -1, Integer.MIN_VALUE}) {
            assertEquals(0, Native.take(milliseconds, taken, out));
            assertEquals("7 {}", taken[0] + " " + Utf8.text(out[0]));
        }
    }

    /** Each by a number that a double holds, and JavaScript. */
    @Test
    void oneHundredThousandClientsAreOpenAtOnce() {
        long[] clients = new long[100_000];
        long[] client = new long[1];
        byte[] config = config();
        for (int i = 0; i < clients.length; i++) {
            assertEquals(0, Native.open(config, client, out));
            clients[i] = client[0];
        }
        for (long one : clients) {
            assertTrue(one > 0 && one < 1L << 53 && (long) (double) one == one, one + " is no such number");
        }
        for (int i = 0; i < clients.length; i += 997) {
            assertEquals(-10, Native.ask(null, clients[i], SIGN, new byte[0], out));
        }
        for (long one : clients) {
            assertEquals(0, Native.free(one));
        }
        assertEquals(-3, Native.ask(null, clients[0], SIGN, new byte[0], out));
    }
}
