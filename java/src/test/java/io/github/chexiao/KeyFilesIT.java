package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every file of the key corpus in each of its roles: a client opens, or is refused with the reason the corpus names. */
class KeyFilesIT {
    private static final Path KEYS = Repository.ROOT.resolve("tests/keys");
    private final Map<?, ?> manifest = JsonReader.object(Repository.text(KEYS.resolve("manifest.json")));

    @Test
    void eachRoleTakesTheFileOrRefusesIt() {
        List<?> cases = (List<?>) manifest.get("cases");
        List<String> wrong = new ArrayList<>();
        int roles = 0;
        for (Object row : cases) {
            Map<?, ?> entry = (Map<?, ?>) row;
            for (Map.Entry<?, ?> role : ((Map<?, ?>) entry.get("roles")).entrySet()) {
                roles++;
                String answer = answer(entry, (String) role.getKey());
                if (!answer.equals(role.getValue())) {
                    wrong.add(entry.get("id") + " as " + role.getKey() + ": " + answer + ", not " + role.getValue());
                }
            }
        }
        assertTrue(wrong.isEmpty(), wrong.size() + " wrong:\n" + String.join("\n", wrong));
        assertEquals(manifest.get("total"), (long) cases.size());
        System.out.println(cases.size() + " cases of key files in " + roles + " roles passed");
    }

    private String answer(Map<?, ?> entry, String role) {
        Map<?, ?> template = (Map<?, ?>) ((Map<?, ?>) manifest.get("roles")).get(role);
        try (Client client = Client.open(filled(template, entry))) {
            return role.startsWith("rsa_private") && entry.get("signature") != null ? signed(client, entry) : "ok";
        } catch (ConfigException refused) {
            return refused.hint().isEmpty() ? "no hint" : refused.reason().orElse("no reason");
        }
    }

    /** The signature that another implementation has made with this key. */
    private String signed(Client client, Map<?, ?> entry) {
        HttpRequest request = client.sign(Call.ofJson(JsonWriter.write(manifest.get("call"))));
        String expected = ((String) entry.get("signature")).replace("+", "%2B").replace("/", "%2F").replace("=", "%3D");
        return new String(request.body(), StandardCharsets.US_ASCII).contains("sign=" + expected) ? "ok" : "another signature";
    }

    private static Map<String, Object> filled(Map<?, ?> template, Map<?, ?> entry) {
        String files = KEYS.resolve("files").toString();
        Map<String, Object> config = new LinkedHashMap<>();
        template.forEach((name, value) -> {
            if (value instanceof Map) {
                config.put((String) name, filled((Map<?, ?>) value, entry));
            } else if ("$password".equals(value)) {
                if (entry.get("password") != null) {
                    config.put((String) name, entry.get("password"));
                }
            } else if (value instanceof String) {
                String text = value.equals("$file") ? files + "/" + entry.get("file") : (String) value;
                config.put((String) name, text.replace("$corpus", files).replace("$key", String.valueOf(entry.get("key"))));
            } else {
                config.put((String) name, value);
            }
        });
        return config;
    }
}
