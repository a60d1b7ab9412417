package io.github.chexiao;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Java's own serialisation, as Spark, sessions and caches use it: a value is its JSON, and nothing else becomes a value. */
class SerialisedTest {
    private static final String UNKNOWN = Outcome.NO_MEMORY.toJson();
    private static final String REQUEST =
            "{\"method\":\"POST\",\"url\":\"https://h/p\",\"headers\":{\"B\":\"2\",\"A\":\"1\"},\"body_base64\":\"5pKk\",\"msg_id\":\"m\"}";

    @Test
    void valuesTravel() throws Exception {
        Outcome paid = Outcome.ofJson(UNKNOWN.replace("\"unknown\",\"code\":9", "\"paid\",\"code\":3").replace("\"message\":null", "\"message\":\"已支付 \\u0000\""));
        Outcome later = Outcome.ofJson(UNKNOWN.replace("\"unknown\",\"code\":9", "\"superseded\",\"code\":12").replace("\"hint\":null", "\"hint\":\"new\",\"more\":[1.5]"));
        Notice notice = Notice.ofJson(NoticeTest.NOTICE);
        List<Object> values = Arrays.asList(Outcome.NO_MEMORY, paid, later, paid.gateway(), HttpRequest.ofJson(REQUEST), notice, notice.amount().get(),
                notice.refuse(), OutcomeCode.PAID,
                Next.QUERY, Retry.NEVER, Confirm.REQUIRED, Evidence.NONE);
        List<?> copy = (List<?>) read(written(new ArrayList<>(values)));
        assertEquals(values, copy);
        assertEquals(paid.toJson(), ((Outcome) copy.get(1)).toJson());
        assertEquals("已支付 \u0000", ((GatewayWords) copy.get(3)).message().get());
        assertEquals("{B=2, A=1}", ((HttpRequest) copy.get(4)).headers().toString());
    }

    @Test
    void theStreamHoldsTheJsonAlone() throws Exception {
        String stream = new String(written(Outcome.NO_MEMORY), "UTF-8");
        assertTrue(stream.contains(UNKNOWN) && stream.contains("io.github.chexiao.Written"), stream);
        assertTrue(!stream.contains("java.util") && stream.length() < UNKNOWN.length() + 200, stream);
    }

    @Test
    void whatIsNoDocumentBecomesNoValue() throws Exception {
        refused("code is not the number of the outcome", Outcome.NO_MEMORY, "\"unknown\"", "\"refused\"");
        refused("is no JSON", Outcome.NO_MEMORY, "\"code\":9", "\"code\":?");
        refused("next is not a text", Outcome.NO_MEMORY, "\"next\"", "\"text\"");
        refused("contradiction is not true or false", Outcome.NO_MEMORY, "\"contradiction\":false", "\"contradiction\":\"no\"+".replace('+', ' '));
        refused("msg_id is no text", HttpRequest.ofJson(REQUEST), "\"msg_id\"", "\"msg-id\"");
        refused("that this version does not know: Autcome", Outcome.NO_MEMORY, "\u0007Outcome", "\u0007Autcome");
        refused("that this version does not know: Out\\u000aome", Outcome.NO_MEMORY, "\u0007Outcome", "\u0007Out\nome");
        refused("event is not a text", Notice.ofJson(NoticeTest.NOTICE), "\"event\"", "\"evemt\"");
        refused("unit is not a text", Notice.ofJson(NoticeTest.NOTICE).amount().get(), "\"unit\"", "\"umit\"");
        refused("headers is no object", Notice.ofJson(NoticeTest.NOTICE).refuse(), "\"headers\"", "\"haeders\"");
        refused("a word of the gateway", Outcome.NO_MEMORY.gateway(), ":null,\"status\":null", ":1111,\"status\":null");
    }

    @Test
    void whatWasWrittenByFieldsIsRefused() throws Exception {
        refused("io.github.chexiao.Outcome is read from its JSON", Outcome.NO_MEMORY, "io.github.chexiao.Written", "io.github.chexiao.Outcome");
        for (String json : new String[] {"[]", "{}", "", null}) {
            assertThrows(InvalidObjectException.class, () -> read(written(new Written("Outcome", json))), json);
            assertThrows(InvalidObjectException.class, () -> read(written(new Written(null, json))), json);
        }
    }

    @Test
    void keptOutcomesAreReadBack() {
        assertEquals(Outcome.NO_MEMORY, Outcome.ofJson(UNKNOWN));
        for (String name : Outcome.NO_MEMORY.toMap().keySet()) {
            IllegalArgumentException missing = assertThrows(IllegalArgumentException.class, () -> Outcome.ofJson(UNKNOWN.replace("\"" + name + "\":", "\"x\":")));
            assertTrue(missing.getMessage().contains("code".equals(name) || "sub_code".equals(name) ? "is not" : name + " is not"), name + ": " + missing.getMessage());
        }
        for (String bad : Arrays.asList("", "null", "[]", "{\"closed\":true}", UNKNOWN.replace("\"\",\"exp", "\"?\",\"exp"), UNKNOWN + "x")) {
            assertThrows(IllegalArgumentException.class, () -> Outcome.ofJson(bad), bad);
        }
    }

    private static void refused(String why, Document value, String before, String after) throws IOException {
        byte[] stream = written(value);
        byte[] other = new String(stream, ISO_8859_1).replace(before, after).getBytes(ISO_8859_1);
        assertEquals(stream.length, other.length, "a stream of another length breaks elsewhere");
        InvalidObjectException refused = assertThrows(InvalidObjectException.class, () -> read(other));
        assertTrue(refused.getMessage().contains(why), refused.getMessage());
    }

    static byte[] written(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    static Object read(byte[] stream) throws IOException, ClassNotFoundException {
        return new ObjectInputStream(new ByteArrayInputStream(stream)).readObject();
    }
}
