package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The scenario table that every language runs, tests/faults/scenarios.json. */
class ScenariosIT {
    private final Map<?, ?> table = JsonReader.object(Repository.text(Repository.ROOT.resolve("tests/faults/scenarios.json")));
    private final Sandbox sandbox = Sandbox.shared();

    @Test
    void everyScenarioEndsAsTheTableSays() {
        long runs = 0;
        List<String> wrong = new ArrayList<>();
        for (Object row : (List<?>) table.get("scenarios")) {
            Map<?, ?> scenario = (Map<?, ?>) row;
            for (Map.Entry<?, ?> expected : ((Map<?, ?>) scenario.get("expect")).entrySet()) {
                runs++;
                String gateway = (String) expected.getKey();
                Map<String, Object> result = run(scenario, gateway);
                ((Map<?, ?>) expected.getValue()).forEach((name, value) -> {
                    if (!fits(result.get(name), value)) {
                        wrong.add(scenario.get("id") + " at " + gateway + ": " + name + " is " + result.get(name) + ", not " + value);
                    }
                });
            }
        }
        assertTrue(wrong.isEmpty(), wrong.size() + " wrong:\n" + String.join("\n", wrong));
        assertEquals(table.get("runs"), runs, "runs of the table");
        System.out.println(runs + " scenario runs passed");
    }

    /** A list means any of these. */
    private static boolean fits(Object found, Object wanted) {
        return wanted instanceof List ? ((List<?>) wanted).contains(found) : Objects.equals(wanted, found);
    }

    /** The last result or error JSON, with posts and book from the sandbox. */
    private Map<String, Object> run(Map<?, ?> scenario, String gateway) {
        Object named = scenario.get("number");
        List<?> numbers = named instanceof List ? (List<?>) named : Collections.singletonList(named);
        Map<String, Object> config = sandbox.config(gateway);
        merge(config, scenario.get("config"), this::address);
        List<Map<String, Object>> orders = new ArrayList<>();
        for (Object number : numbers) {
            Map<String, Object> fields = new LinkedHashMap<>();
            merge(fields, ((Map<?, ?>) table.get("orders")).get(gateway), text -> text.equals("$number") ? (String) number : text);
            merge(fields, scenario.get("order"), text -> text);
            orders.add(fields);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        merge(result, JsonReader.object(document(config, (String) scenario.get("operation"), orders)), text -> text);
        Map<?, ?> entry = sandbox.book(gateway, (String) numbers.get(numbers.size() - 1));
        result.put("posts", entry.isEmpty() ? Long.valueOf(0) : entry.get("posts"));
        result.put("book", entry.isEmpty() ? null : ((String) entry.get("state")).toLowerCase(Locale.ROOT));
        return result;
    }

    /** One client; its calls one after the other. */
    private static String document(Map<String, Object> config, String operation, List<Map<String, Object>> orders) {
        String document = null;
        try (Client client = Client.open(config)) {
            for (Map<String, Object> fields : orders) {
                document = document(client, operation, fields);
            }
            return document;
        } catch (ChexiaoException error) {
            return error.toJson();
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static String document(Client client, String operation, Map<String, Object> fields) {
        try {
            if ("query".equals(operation)) {
                return client.queryOrder((Map) fields).toJson();
            }
            return ("ensure_closed".equals(operation) ? client.ensureClosed((Map) fields) : client.closeOrder((Map) fields)).toJson();
        } catch (ChexiaoException error) {
            return error.toJson();
        }
    }

    private String address(String text) {
        return text.equals("$http") ? sandbox.http() : text.equals("$tls_to_plain") ? sandbox.http().replace("http:", "https:") : text;
    }

    /** Puts the members of {@code over} into {@code members}; null removes. */
    private static void merge(Map<String, Object> members, Object over, UnaryOperator<String> text) {
        if (over != null) {
            ((Map<?, ?>) over).forEach((name, value) -> {
                members.remove(name);
                if (value != null) {
                    members.put((String) name, value instanceof String ? text.apply((String) value) : value);
                }
            });
        }
    }
}
