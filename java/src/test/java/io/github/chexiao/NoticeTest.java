package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What comes in and what is said of it, without the library. */
class NoticeTest {
    private static final String ANSWER = "{\"status\":200,\"headers\":{\"Content-Type\":\"text/plain\"},\"body_base64\":\"c3VjY2Vzcw==\"}";
    static final String NOTICE = "{\"event\":\"paid\",\"code\":3,\"evidence\":\"signed_bound\",\"confirm\":\"not_needed\",\"reason\":null,\"hint\":null,"
            + "\"contradiction\":false,\"order\":{\"out_trade_no\":\"A1\"},\"amount\":{\"text\":\"1.01\",\"unit\":\"yuan\"},\"time\":\"20260301\","
            + "\"fields\":{\"buyer\":\"张三\"},\"gateway\":{\"code\":null,\"sub_code\":null,\"status\":\"TRADE_SUCCESS\",\"message\":null},"
            + "\"dedupe\":\"d|1\",\"explanation\":{\"en\":\"Paid.\",\"zh\":\"已支付。\"},\"acknowledge\":" + ANSWER + ",\"refuse\":" + ANSWER + "}";

    @Test
    void aNoticeIsWrittenDownAndReadBack() {
        Notice notice = Notice.ofJson(NOTICE);
        assertEquals(NOTICE, notice.toJson());
        assertEquals(notice, Notice.ofJson(JsonWriter.write(notice.toMap())));
        assertEquals("PAID SIGNED_BOUND NOT_NEEDED", notice.event() + " " + notice.evidence() + " " + notice.confirm());
        assertEquals("1.01 yuan", notice.amount().get().text() + " " + notice.amount().get().unit());
        assertEquals("已支付。", notice.explanation(Locale.SIMPLIFIED_CHINESE));
        assertEquals("Paid.", notice.explanation(Locale.FRANCE));
        assertArrayEquals("success".getBytes(), notice.acknowledge().get().body());
        assertEquals(notice.refuse(), notice.acknowledge().get());
        assertNotEquals(notice, Notice.ofJson(NOTICE.replace("1.01", "1.02")));
        assertThrows(UnsupportedOperationException.class, () -> notice.order().put("a", "b"));
        assertThrows(UnsupportedOperationException.class, () -> notice.refuse().headers().clear());
    }

    @Test
    void whatIsLessIsNone() {
        for (String name : Notice.ofJson(NOTICE).toMap().keySet()) {
            IllegalArgumentException missing = assertThrows(IllegalArgumentException.class, () -> Notice.ofJson(NOTICE.replace("\"" + name + "\":", "\"x\":")), name);
            assertTrue(missing.getMessage().contains(" is not ") || missing.getMessage().contains(" is no "), name + ": " + missing.getMessage());
        }
        for (String bad : Arrays.asList("", "null", "[]", "{}", NOTICE + "x", NOTICE.replace(":3,", ":1,"), NOTICE.replace("\"A1\"", "1"),
                NOTICE.replace("\"张三\"", "null"), NOTICE.replace("200", "\"200\""), NOTICE.replace("c3Vj", "?"), NOTICE.replace("\"1.01\"", "1.01"),
                NOTICE.replace("\"已支付。\"", "null"), NOTICE.replace("\"TRADE_SUCCESS\"", "{}"), NOTICE.replace("\"text/plain\"", "7"))) {
            assertThrows(IllegalArgumentException.class, () -> Notice.ofJson(bad), bad);
        }
    }

    @Test
    void whatALaterVersionSaysIsNotTrusted() {
        Notice later = Notice.ofJson(NOTICE.replace("\"paid\",\"code\":3", "\"prepaid\",\"code\":12").replace("signed_bound", "notarised")
                .replace("not_needed", "perhaps").replace("\"time\"", "\"more\":[1],\"time\""));
        assertEquals("UNKNOWN NONE REQUIRED", later.event() + " " + later.evidence() + " " + later.confirm());
    }

    @Test
    void logsShowNeitherOrderNorBody() {
        Notice notice = Notice.ofJson(NOTICE.replace("\"reason\":null", "\"reason\":\"x\\ny\""));
        assertEquals("Notice{paid, evidence=signed_bound, reason=x\\u000ay}", notice.toString());
        assertEquals("Answer{200, 7 bytes}", notice.refuse().toString());
        Incoming incoming = Incoming.of(Collections.singletonMap("A", Arrays.asList("1")), new byte[3]).expect(Collections.singletonMap("no", "A1"));
        assertEquals("Incoming{3 bytes}", incoming.toString());
        assertFalse(notice.amount().get().toString().contains("1.01"));
    }

    @Test
    void whatWebServersGiveIsTakenAsItIs() {
        assertEquals("{\"url\":null,\"headers\":{},\"body_base64\":\"\",\"expect\":{}}", Incoming.of(null, null).toJson());
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("Content-Length", Arrays.asList("1", "2"));
        headers.put("content-length", Arrays.asList("3"));
        headers.put(null, Arrays.asList("HTTP/1.1"));
        headers.put("X", null);
        byte[] body = {1, 2};
        Incoming incoming = Incoming.of(headers, body).url("https://h/p").expect(Collections.singletonMap("amount", "\ud800"));
        body[0] = 9;
        headers.clear();
        assertEquals("{\"url\":\"https://h/p\",\"headers\":{\"Content-Length\":\"1, 2, 3\"},\"body_base64\":\"AQI=\",\"expect\":{\"amount\":\"\\ud800\"}}", incoming.toJson());
        assertThrows(NullPointerException.class, () -> incoming.expect(Collections.singletonMap("amount", null)));
        assertThrows(NullPointerException.class, () -> incoming.url(null));
    }

    @Test
    void ofALongBodyOnlyItsLengthMatters() {
        String json = Incoming.of(null, new byte[8 << 20]).toJson();
        assertEquals((1 << 20) + 1, Base64.getDecoder().decode((String) JsonReader.object(json).get("body_base64")).length);
    }
}
