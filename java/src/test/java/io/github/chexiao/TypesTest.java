package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The values, without the library. */
class TypesTest {
    @Test
    void anOutcomeOfALaterVersionIsTakenOnTheSafeSide() {
        String later = Outcome.NO_MEMORY.toJson().replace("\"unknown\"", "\"superseded\"").replace("\"code\":9", "\"code\":11")
                .replace("\"next\":\"query\"", "\"next\":\"celebrate\"").replace("\"after_query\"", "\"at_once\"")
                .replace("\"required\"", "\"perhaps\"").replace("\"evidence\":\"none\"", "\"evidence\":\"notarised\"")
                .replace("\"hint\":null", "\"hint\":\"superseded\",\"new\":[1]");
        Outcome outcome = new Outcome(later);
        assertEquals(OutcomeCode.UNKNOWN, outcome.code());
        assertFalse(outcome.isClosed());
        assertEquals(Next.QUERY, outcome.next());
        assertEquals(Retry.NEVER, outcome.retry());
        assertEquals(Confirm.REQUIRED, outcome.confirm());
        assertEquals(Evidence.NONE, outcome.evidence());
        assertEquals(OutcomeCode.UNKNOWN, outcome.hint().get());
        assertTrue(outcome.toString().startsWith("Outcome{superseded"), outcome.toString());
        assertEquals(later, outcome.toJson());
    }

    @Test
    void outcomesAreValues() {
        Outcome same = new Outcome(Outcome.NO_MEMORY.toJson());
        assertEquals(Outcome.NO_MEMORY, same);
        assertEquals(Outcome.NO_MEMORY.hashCode(), same.hashCode());
        assertNotEquals(same, new Outcome(same.toJson().replace("defect", "timeout")));
        same.raw();
        assertTrue(same.explanation(Locale.SIMPLIFIED_CHINESE).contains("查询"));
        assertTrue(same.explanation(Locale.FRANCE).contains("Query"));
    }

    @Test
    void numbersAndWordsAreThoseOfEveryOtherLanguage() {
        String[] words = {"closed", "already_closed", "paid", "processing", "not_found", "refused", "misconfigured", "throttled", "unknown", "open", "refunded"};
        for (OutcomeCode code : OutcomeCode.values()) {
            assertEquals(words[code.number() - 1], code.word());
        }
        assertEquals(words.length, OutcomeCode.values().length);
        String[] steps = {"done", "confirm", "fulfil_or_refund", "query", "check_order", "fix", "retry_later", "close", "reconcile", "refund_query"};
        assertArrayEquals(steps, Stream.of(Next.values()).map(Next::word).toArray());
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale("tr"));
        try {
            assertEquals("fulfil_or_refund", Next.FULFIL_OR_REFUND.word());
            assertEquals(Next.FULFIL_OR_REFUND, Next.of("fulfil_or_refund"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void whatALaterVersionSaysIsToBeQueried() {
        Outcome later = new Outcome(Outcome.NO_MEMORY.toJson().replace("\"unknown\"", "\"half_closed\"").replace("\"query\"", "\"done\""));
        assertEquals("UNKNOWN QUERY false", later.code() + " " + later.next() + " " + later.isClosed());
        Outcome odd = new Outcome(Outcome.NO_MEMORY.toJson().replace("\"unknown\"", "\"paid\"").replace("\"query\"", "\"dance\""));
        assertEquals("PAID QUERY", odd.code() + " " + odd.next());
    }

    @Test
    void aRequestIsWrittenDownAndReadBack() {
        String json = "{\"method\":\"POST\",\"url\":\"https://h/p\",\"headers\":{\"B\":\"2\",\"A\":\"1\"},\"body_base64\":\"5pKk\",\"msg_id\":\"m\"}";
        HttpRequest request = HttpRequest.ofJson(json);
        assertEquals("POST https://h/p m {B=2, A=1}", request.method() + " " + request.url() + " " + request.msgId() + " " + request.headers());
        request.body()[0] = 0;
        assertArrayEquals("撤".getBytes(UTF_8), request.body());
        assertEquals(json, request.toJson());
        assertEquals("HttpRequest{POST https://h/p, msg_id=m}", request.toString());
        assertThrows(UnsupportedOperationException.class, () -> request.headers().put("C", "3"));
        for (String bad : Arrays.asList("", "{}", "[]", json.replace("5pKk", "?"), json.replace("\"1\"", "1"), json.replace("\"m\"", "\"\ud800\""))) {
            assertThrows(IllegalArgumentException.class, () -> HttpRequest.ofJson(bad), bad);
        }
    }

    @Test
    void aReplyTakesWhatHttpClientsGive() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put(null, Collections.singletonList("HTTP/1.1 200 OK"));
        headers.put("Content-Length", Arrays.asList("1", "2"));
        headers.put("content-length", Collections.singletonList("3"));
        headers.put("X", null);
        byte[] body = {1};
        HttpReply reply = HttpReply.of(200, headers, body);
        body[0] = 2;
        assertEquals("{\"status\":200,\"headers\":{\"Content-Length\":\"1, 2, 3\"},\"body_base64\":\"AQ==\"}", reply.toJson());
        assertEquals("{\"status\":-1,\"headers\":{},\"body_base64\":\"\"}", HttpReply.of(-1, null, null).toJson());
    }

    @Test
    void aCallIsACopy() {
        Map<String, String> order = new LinkedHashMap<>();
        order.put("out_trade_no", "A1");
        Call call = Call.close(order);
        order.put("out_trade_no", "A2");
        assertEquals("{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"A1\"}}", call.toJson());
        assertEquals("Call{close}", call.toString());
        assertEquals("Call{}", Call.ofJson("not json, with a secret").toString());
    }

    @Test
    void halfACharacterIsNeverReplaced() {
        assertArrayEquals("a撤\ud83d\ude00".getBytes(UTF_8), Utf8.bytes("p", "a撤\ud83d\ude00"));
        for (String lone : new String[] {"\ud800", "\udfff", "a\ud800", "\udc00a", "\udc00\ud800", "\ud800\ud800\udc00", "\ud83d\ude00\ude00"}) {
            CallException refused = assertThrows(CallException.class, () -> Utf8.bytes("p", lone));
            assertEquals("utf8 p", refused.kind() + " " + refused.field().get());
        }
    }

    @Test
    void aLibraryOfAnotherInterfaceIsRefused() {
        assertEquals("0.1.0", Library.fitting("{\"interface\":" + Native.INTERFACE + ",\"version\":\"0.1.0\"}"));
        ConfigException refused = assertThrows(ConfigException.class, () -> Library.fitting("{\"interface\":" + (Native.INTERFACE + 1) + ",\"version\":\"9.0.0\"}"));
        assertTrue(refused.getMessage().contains("is of chexiao 9.0.0"), refused.getMessage());
    }

    @Test
    void platformsHaveOneName() {
        assertEquals("linux-x86_64", Platform.name("Linux", "amd64", false));
        assertEquals("linux-x86_64-musl", Platform.name("Linux", "x86_64", true));
        assertEquals("linux-aarch64", Platform.name("Linux", "aarch64", false));
        assertEquals("macos-aarch64", Platform.name("Mac OS X", "arm64", false));
        assertEquals("windows-x86_64", Platform.name("Windows Server 2022", "x64", false));
        assertEquals("chexiao_jni.dll", Platform.library("windows-x86_64"));
        assertEquals("libchexiao_jni.so", Platform.library("linux-x86_64-musl"));
        assertEquals("aix-ppc64", Platform.name("AIX", "ppc64", false));
        assertEquals("_-a_b", Platform.name("../..", "a/b", false));
        assertTrue(Platform.isMusl(Stream.of("7f00 r-xp /lib/ld-musl-x86_64.so.1")));
        assertTrue(Platform.isMusl(Stream.of("7f00 r-xp /usr/lib/libc.musl-x86_64.so.1")));
        assertTrue(Platform.isMusl(Stream.of("7f00 r-xp /usr/lib/x86_64-linux-musl/libc.so")));
        assertFalse(Platform.isMusl(Stream.of("7f00 r-xp /usr/lib/x86_64-linux-gnu/libc.so.6", "7f00 r-xp /lib64/ld-linux-x86-64.so.2")));
    }
}
