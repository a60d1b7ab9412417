package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The reader and the writer, each against the other. */
class JsonTest {
    @Test
    void whatIsWrittenIsRead() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("text", "\"\\/\b\f\n\r\t\u0000\u001f\u007f é 撤 \ud83d\ude00");
        value.put("撤", Arrays.asList(0L, -1L, Long.valueOf(999999999999999999L), new BigDecimal("1.50"), new BigDecimal("12345678901234567890")));
        value.put("", Arrays.asList(true, false, null, Collections.emptyMap(), Collections.emptyList()));
        assertEquals(value, JsonReader.read(JsonWriter.write(value)));
        assertEquals(value, JsonReader.read(" \t\r\n" + JsonWriter.write(value).replace(":", " : ").replace(",", " , ") + " "));
    }

    @Test
    void writesAsTheOthersDo() {
        assertEquals("{\"a\":\"\\u0000/\\\"\\\\\\u001f\u007f撤\",\"b\":[1,2.5,true,null],\"c\":{}}", JsonWriter.write(ordered()));
        assertEquals("\"\\ud800\"", JsonWriter.write("\ud800"));
        assertEquals("\"a\\udc00\\udc00b\\ud800\"", JsonWriter.write("a\udc00\udc00b\ud800"));
        assertEquals("\"\ud83d\ude00\"", JsonWriter.write("\ud83d\ude00"));
    }

    private static Map<String, Object> ordered() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("a", "\u0000/\"\\\u001f\u007f撤");
        value.put("b", Arrays.asList(1, 2.5, true, null));
        value.put("c", Collections.emptyMap());
        return value;
    }

    @Test
    void readsEscapes() {
        assertEquals("\"\\/\b\f\n\r\tA撤\ud83d\ude00", JsonReader.read("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u64A4\\ud83D\\uDe00\""));
    }

    @Test
    void refusesWhatIsNoJson() {
        String[] bad = {
            "", " ", "{", "[", "\"", "\"\\", "\"\\u12", "\"\\u12\uff11\uff11\"", "\"\\x\"",
            "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:1}", "[1,]", "[1 2]",
            "{} {}", "nul", "TRUE", "01", "+1", "1.", ".5", "1e", "0x1", "NaN", "-", "--1", "\"\n\"", "\u00a01", "\ufeff1", "{\"a\":1,\"a\":1}",
            String.join("", Collections.nCopies(100_000, "["))
        };
        for (String text : bad) {
            String message = assertThrows(IllegalArgumentException.class, () -> JsonReader.read(text), text).getMessage();
            assertTrue(message.startsWith("is no JSON: "), message);
        }
        assertThrows(IllegalArgumentException.class, () -> JsonReader.object("[]"));
    }

    @Test
    void refusesToWriteWhatIsNone() {
        assertThrows(IllegalArgumentException.class, () -> JsonWriter.write(new Object()));
        assertThrows(IllegalArgumentException.class, () -> JsonWriter.write(new byte[0]));
        assertThrows(IllegalArgumentException.class, () -> JsonWriter.write(Collections.singletonMap(null, 1)));
        assertThrows(IllegalArgumentException.class, () -> JsonWriter.write(Collections.singletonMap(1, 1)));
        Map<String, Object> circle = new LinkedHashMap<>();
        circle.put("a", circle);
        assertThrows(IllegalArgumentException.class, () -> JsonWriter.write(circle));
    }
}
