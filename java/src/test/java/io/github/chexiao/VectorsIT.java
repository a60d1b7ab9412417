package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every request byte for byte, every reply with its outcome, every refusal with its kind and field: as in Rust. */
class VectorsIT {
    @Test
    void everyKindIsRunHereOrBelongsToTheCore() {
        long counted = 0;
        for (String kind : new String[] {"sign", "verify", "answer", "refuse", "primitive"}) {
            for (Map<?, ?> file : Vectors.files(kind)) {
                counted += (Long) file.get("count");
            }
        }
        assertEquals(Vectors.total(), counted);
    }

    @Test
    void requestsByteForByte() {
        Vectors.run("sign", vector -> {
            try (Client client = Vectors.client(vector)) {
                HttpRequest request = client.sign(Vectors.call(vector));
                Map<?, ?> expected = (Map<?, ?>) vector.get("expect");
                assertArrayEquals(Base64.getDecoder().decode((String) expected.get("body_base64")), request.body());
                assertEquals(expected.get("headers"), request.headers());
                assertEquals(expected.get("url"), request.url());
                assertEquals(expected.get("method"), request.method());
                assertEquals(expected.get("msg_id"), request.msgId());
                assertEquals(expected, JsonReader.object(request.toJson()));
                return null;
            }
        });
    }

    @Test
    void repliesWithTheirOutcomes() {
        Vectors.run("verify", vector -> {
            try (Client client = Vectors.client(vector)) {
                Call call = Vectors.call(vector);
                HttpReply reply = reply((Map<?, ?>) vector.get("reply"));
                Outcome outcome = client.verify(call, HttpRequest.ofJson(client.sign(call).toJson()), reply);
                Map<?, ?> result = JsonReader.object(outcome.toJson());
                assertArrayEquals(Base64.getDecoder().decode((String) ((Map<?, ?>) vector.get("reply")).get("body_base64")), outcome.raw());
                assertSameAsJson(result, outcome);
                return Vectors.difference(vector.get("expect"), result, "");
            }
        });
    }

    @Test
    void repliesToCallsWithTheirAnswers() {
        Vectors.run("answer", vector -> {
            try (Client client = Vectors.client(vector)) {
                Call call = Vectors.call(vector);
                HttpReply reply = reply((Map<?, ?>) vector.get("reply"));
                CallAnswer answer = client.verifyCall(call, client.sign(call), reply);
                assertEquals(answer, CallAnswer.ofJson(answer.toJson()));
                Map<?, ?> told = JsonReader.object(answer.toJson());
                assertArrayEquals(Base64.getDecoder().decode((String) told.get("raw_base64")), answer.raw());
                assertEquals(told.get("verified"), answer.verified().orElse(null));
                assertEquals(told.get("code"), answer.isAuthentic() ? 0L : 9L);
                assertEquals(told.get("evidence"), answer.evidence().word());
                assertEquals(told.get("reason"), answer.reason().orElse(null));
                assertEquals(told.get("msg_id"), answer.msgId());
                Map<?, ?> expected = (Map<?, ?>) vector.get("expect");
                assertEquals(expected.get("verified"), told.get("verified"));
                return Vectors.difference(expected, told, "");
            }
        });
    }

    @Test
    void refusalsBeforeAnythingIsSent() {
        Vectors.run("refuse", vector -> {
            try (Client client = Vectors.client(vector)) {
                return "was signed: " + client.sign(Vectors.call(vector));
            } catch (ChexiaoException refused) {
                Map<String, Object> actual = new LinkedHashMap<>();
                actual.put("kind", refused.kind());
                actual.put("field", refused.field().orElse(null));
                actual.put("reason", refused.reason().orElse(null));
                boolean ofConfig = refused.kind().equals("config") || refused instanceof ConfigException;
                assertEquals(ofConfig ? ConfigException.class : CallException.class, refused.getClass());
                return Vectors.difference(vector.get("expect"), actual, "");
            }
        });
    }

    private static HttpReply reply(Map<?, ?> reply) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        ((Map<?, ?>) reply.get("headers")).forEach((name, value) -> headers.put((String) name, Collections.singletonList((String) value)));
        headers.put(null, Collections.singletonList("HTTP/1.1 200 OK"));
        return HttpReply.of(((Long) reply.get("status")).intValue(), headers, Base64.getDecoder().decode((String) reply.get("body_base64")));
    }

    /** Every getter says what the JSON says. */
    private static void assertSameAsJson(Map<?, ?> result, Outcome outcome) {
        assertEquals(result.get("outcome"), outcome.code().word());
        assertEquals(result.get("code"), (long) outcome.code().number());
        assertEquals(result.get("next"), outcome.next().word());
        assertEquals(result.get("retry"), outcome.retry().word());
        assertEquals(result.get("retry_after_ms"), outcome.retryAfterMs().isPresent() ? outcome.retryAfterMs().getAsLong() : null);
        assertEquals(result.get("confirm"), outcome.confirm().word());
        assertEquals(result.get("evidence"), outcome.evidence().word());
        assertEquals(result.get("sent"), outcome.answered() ? "answered" : "maybe");
        assertEquals(result.get("reason"), outcome.reason().orElse(null));
        assertEquals(result.get("contradiction"), outcome.contradiction());
        assertEquals(result.get("hint"), outcome.hint().map(OutcomeCode::word).orElse(null));
        assertEquals(result.get("msg_id"), outcome.msgId());
        assertEquals(result.get("http_status"), outcome.httpStatus().isPresent() ? (long) outcome.httpStatus().getAsInt() : null);
        assertEquals(result.get("elapsed_ms"), outcome.elapsedMs());
        Map<?, ?> words = (Map<?, ?>) result.get("gateway");
        assertEquals(words.get("code"), outcome.gateway().code().orElse(null));
        assertEquals(words.get("sub_code"), outcome.gateway().subCode().orElse(null));
        assertEquals(words.get("status"), outcome.gateway().status().orElse(null));
        assertEquals(words.get("message"), outcome.gateway().message().orElse(null));
    }
}
