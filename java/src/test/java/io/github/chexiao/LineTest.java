package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Text from outside forges no line of a log, whichever value says it. */
class LineTest {
    private static final String FORGED = "m\r\n2026-01-02 INFO closed\u001b[2K\u0000\u007f\u0085\u009b\u2028\u2029\u202e\u2066\u200b\u200f\u061c\ufeff\udb40\udc41\ud800";
    private static final String SEEN = "m\\u000d\\u000a2026-01-02 INFO closed\\u001b[2K\\u0000\\u007f\\u0085\\u009b\\u2028\\u2029\\u202e\\u2066\\u200b\\u200f\\u061c"
            + "\\ufeff\\udb40\\udc41\\ud800";

    @Test
    void whatCannotBeSeenIsWrittenInDigits() {
        assertEquals(SEEN, Line.of(FORGED));
        String plain = "closed, 撤销 é \ud83d\ude00 \\ \" '";
        assertEquals(plain, Line.of(plain));
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT).filter(Character::isISOControl).forEach(control -> {
            assertEquals(String.format("\\u%04x", control), Line.of(new String(Character.toChars(control))));
        });
    }

    @Test
    void everyToStringIsOneLine() {
        Map<String, Object> outcome = Outcome.NO_MEMORY.toMap();
        outcome.replaceAll((name, value) -> Arrays.asList("outcome", "evidence", "reason", "msg_id").contains(name) ? FORGED : value);
        Outcome forged = new Outcome(JsonWriter.write(outcome));
        isOneLine(4, forged);
        Map<String, Object> request = new LinkedHashMap<>();
        for (String name : Arrays.asList("method", "url", "msg_id", "body_base64")) {
            request.put(name, name.equals("body_base64") ? "" : FORGED);
        }
        request.put("headers", new LinkedHashMap<>());
        isOneLine(3, HttpRequest.ofJson(JsonWriter.write(request)));
        Call call = Call.ofJson("{\"operation\":" + JsonWriter.write(FORGED) + "}");
        isOneLine(1, call);
        ChexiaoException error = error();
        isOneLine(5, new CallRecord(FORGED, FORGED, call, FORGED, 1, null, error));
        isOneLine(5, new CallRecord(FORGED, FORGED, call, FORGED, 1, forged, null));
        isOneLine(4, error.getMessage());
        isOneLine(4, error);
        isOneLine(4, error.getLocalizedMessage());
    }

    private static ChexiaoException error() {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name : Arrays.asList("error", "field", "message", "hint")) {
            members.put(name, FORGED);
        }
        return ChexiaoException.of(JsonWriter.write(members));
    }

    private static void isOneLine(int times, Object value) {
        String said = value.toString();
        assertEquals(Line.of(said), said);
        assertEquals(times, said.split(java.util.regex.Pattern.quote(SEEN), -1).length - 1, said);
        assertTrue(said.codePoints().allMatch(point -> point >= ' ' && point < 0x7f), said);
    }
}
