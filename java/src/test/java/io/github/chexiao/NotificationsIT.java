package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** tests/notifications: what the gateways post, and the notice that a correct receiver makes of it. */
class NotificationsIT {
    private static final Path FOLDER = Repository.ROOT.resolve("tests/notifications");
    private static final List<String> COMPARED =
            Arrays.asList("evidence", "reason", "hint", "confirm", "contradiction", "order", "dedupe", "amount", "time", "fields");

    @Test
    void everyVectorIsHeardAsItSays() throws Exception {
        Map<?, ?> manifest = JsonReader.object(Repository.text(FOLDER.resolve("manifest.json")));
        List<String> failures = new ArrayList<>();
        long ran = 0;
        for (Object row : (List<?>) manifest.get("files")) {
            Map<?, ?> file = (Map<?, ?>) row;
            List<Map<?, ?>> vectors = vectors((String) file.get("path"));
            assertEquals(file.get("count"), (long) vectors.size(), "vectors of " + file.get("path"));
            for (Map<?, ?> vector : vectors) {
                ran++;
                String wrong = wrong(vector);
                if (wrong != null) {
                    failures.add(vector.get("id") + ": " + wrong);
                }
            }
        }
        assertTrue(failures.isEmpty(), failures.size() + " of " + ran + " failed:\n" + String.join("\n", failures));
        assertEquals(manifest.get("total"), ran);
        System.out.println(ran + " notification vectors passed");
    }

    /** Through one client at each gateway, beside what is forged. */
    @Test
    void sixtyFourThreadsHearTheSame() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(64);
        try {
            for (Map<?, ?> vector : vectors("known.json")) {
                if (!((String) vector.get("id")).matches("[a-z]+-(paid(-md5|-empty-card-type)?|bills-paid)")) {
                    continue;
                }
                byte[] forged = body(vector);
                forged[forged.length / 2]++;
                try (Client client = client(vector)) {
                    Incoming genuine = incoming(vector);
                    String expected = client.notification(genuine).toJson();
                    assertTrue(expected.startsWith("{\"event\":\"paid\""), expected);
                    List<Future<String>> heard = new ArrayList<>();
                    for (int call = 0; call < 640; call++) {
                        boolean isForged = call % 2 == 0;
                        heard.add(threads.submit(() -> client.notification(isForged ? Incoming.of(null, forged) : genuine).toJson()));
                    }
                    for (int call = 0; call < heard.size(); call++) {
                        String document = heard.get(call).get();
                        assertTrue(call % 2 == 0 ? document.startsWith("{\"event\":\"unknown\"") : document.equals(expected), document);
                    }
                }
            }
        } finally {
            threads.shutdown();
        }
    }

    static List<Map<?, ?>> vectors(String file) {
        Map<?, ?> content = JsonReader.object(Repository.text(FOLDER.resolve(file)));
        List<Map<?, ?>> vectors = new ArrayList<>();
        for (Object vector : (List<?>) content.get("vectors")) {
            vectors.add((Map<?, ?>) Vectors.withKeys(vector, (Map<?, ?>) content.get("keys")));
        }
        return vectors;
    }

    @SuppressWarnings("unchecked")
    static Client client(Map<?, ?> vector) {
        Map<String, Object> config = (Map<String, Object>) vector.get("config");
        if (vector.get("settings") != null) {
            ((Map<String, Object>) config.get("account")).putAll((Map<String, Object>) vector.get("settings"));
        }
        return Client.open(config);
    }

    static byte[] body(Map<?, ?> vector) {
        Map<?, ?> request = (Map<?, ?>) vector.get("request");
        String text = (String) request.get("body_text");
        return text == null ? Base64.getDecoder().decode((String) request.get("body_base64")) : text.getBytes(StandardCharsets.US_ASCII);
    }

    static String contentType(Map<?, ?> vector) {
        return (String) ((Map<?, ?>) vector.get("request")).get("content_type");
    }

    @SuppressWarnings("unchecked")
    private static Incoming incoming(Map<?, ?> vector) {
        Incoming incoming = Incoming.of(Collections.singletonMap("Content-Type", Collections.singletonList(contentType(vector))), body(vector));
        Object expected = vector.get("expected");
        return expected == null ? incoming : incoming.expect((Map<String, String>) expected);
    }

    private static String wrong(Map<?, ?> vector) {
        try (Client client = client(vector)) {
            Notice notice = client.notification(incoming(vector));
            Map<?, ?> document = notice.toMap();
            assertSameAsJson(document, notice);
            assertEquals(notice, SerialisedTest.read(SerialisedTest.written(notice)));
            Map<String, Object> seen = seen(document);
            List<String> wrong = new ArrayList<>();
            wanted((Map<?, ?>) vector.get("expect")).forEach((name, value) -> {
                if (!Objects.equals(value, seen.get(name))) {
                    wrong.add(name + " is " + seen.get(name) + ", not " + value);
                }
            });
            return wrong.isEmpty() ? null : String.join(", ", wrong);
        } catch (Exception | AssertionError thrown) {
            return thrown.toString();
        }
    }

    /** What the vector says of the notice. */
    private static Map<String, Object> wanted(Map<?, ?> expect) {
        Map<String, Object> wanted = new LinkedHashMap<>();
        wanted.put("event", expect.get("outcome"));
        COMPARED.stream().filter(expect::containsKey).forEach(name -> wanted.put(name, expect.get(name)));
        if (Boolean.FALSE.equals(expect.get("acknowledge"))) {
            wanted.put("acknowledge", null);
        }
        Map<?, ?> ack = (Map<?, ?>) expect.get("ack");
        if (ack != null) {
            wanted.put("answer", Arrays.asList(ack.get("status"), ack.get("content_type"), ack.get("body")));
        }
        if ("none".equals(expect.get("evidence")) && !"refund".equals(expect.get("kind"))) {
            Arrays.asList("amount", "time", "dedupe", "hint").forEach(name -> wanted.put(name, null));
            Arrays.asList("order", "fields").forEach(name -> wanted.put(name + " told", false));
        }
        return wanted;
    }

    /** The notice, as comparable as that. */
    private static Map<String, Object> seen(Map<?, ?> document) {
        Map<String, Object> seen = new LinkedHashMap<>();
        document.forEach((name, value) -> seen.put((String) name, value));
        Arrays.asList("order", "fields").forEach(name -> seen.put(name + " told", !((Map<?, ?>) document.get(name)).isEmpty()));
        Map<?, ?> answer = (Map<?, ?>) document.get("acknowledge");
        if (answer != null) {
            String body = new String(Base64.getDecoder().decode((String) answer.get("body_base64")), StandardCharsets.UTF_8);
            seen.put("answer", Arrays.asList(answer.get("status"), ((Map<?, ?>) answer.get("headers")).get("Content-Type"), body));
        }
        return seen;
    }

    /** Every getter says what the JSON says. */
    private static void assertSameAsJson(Map<?, ?> document, Notice notice) {
        assertEquals(document.get("event"), notice.event().word());
        assertEquals(document.get("code"), (long) notice.event().number());
        assertEquals(document.get("evidence"), notice.evidence().word());
        assertEquals(document.get("confirm"), notice.confirm().word());
        assertEquals(document.get("reason"), notice.reason().orElse(null));
        assertEquals(document.get("hint"), notice.hint().map(OutcomeCode::word).orElse(null));
        assertEquals(document.get("contradiction"), notice.contradiction());
        assertEquals(document.get("order"), notice.order());
        assertEquals(document.get("fields"), notice.fields());
        assertEquals(document.get("amount"), notice.amount().map(Document::toMap).orElse(null));
        assertEquals(document.get("time"), notice.time().orElse(null));
        assertEquals(document.get("dedupe"), notice.dedupe().orElse(null));
        assertEquals(document.get("gateway"), notice.gateway().toMap());
        assertEquals(document.get("acknowledge"), notice.acknowledge().map(Document::toMap).orElse(null));
        assertEquals(document.get("refuse"), notice.refuse().toMap());
    }
}
