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
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The scenario table that every language runs, tests/faults/scenarios.json. */
class ScenariosIT {
    private final Map<?, ?> table = JsonReader.object(Repository.text(Repository.ROOT.resolve("tests/faults/scenarios.json")));
    private Sandbox sandbox = Sandbox.shared();
    private BiFunction<Client, Call, Outcome> send = Client::send;

    @Test
    void everyScenarioEndsAsTheTableSays() throws Exception {
        everyScenarioOn(Thread::new);
    }

    @Test
    void everyScenarioEndsAsTheTableSaysByWayOfSendAsync() throws Exception {
        send = ScenariosIT::sendAsync;
        try (Sandbox own = Sandbox.own()) {
            sandbox = own;
            everyScenarioOn(Thread::new);
        }
    }

    @Test
    void everyScenarioEndsAsTheTableSaysOnVirtualThreads() throws Exception {
        ThreadFactory virtual = Jvm.virtualThreads();
        try (Sandbox own = Sandbox.own()) {
            sandbox = own;
            everyScenarioOn(virtual);
        }
    }

    private static Outcome sendAsync(Client client, Call call) {
        try {
            return client.sendAsync(call).join();
        } catch (CompletionException error) {
            throw (ChexiaoException) error.getCause();
        }
    }

    /** One thread for each gateway, since scenarios go on with the orders of those before them. */
    private void everyScenarioOn(ThreadFactory factory) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(Sandbox.GATEWAYS.length, factory);
        List<Future<Integer>> runs = new ArrayList<>();
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        for (String gateway : Sandbox.GATEWAYS) {
            runs.add(threads.submit(() -> everyScenarioAt(gateway, wrong)));
        }
        threads.shutdown();
        long all = 0;
        for (Future<Integer> one : runs) {
            all += one.get(120, TimeUnit.SECONDS);
        }
        assertTrue(wrong.isEmpty(), wrong.size() + " wrong:\n" + String.join("\n", wrong));
        assertEquals(table.get("runs"), all, "runs of the table");
        System.out.println(all + " scenario runs passed");
    }

    private int everyScenarioAt(String gateway, List<String> wrong) {
        int runs = 0;
        for (Object row : (List<?>) table.get("scenarios")) {
            Map<?, ?> scenario = (Map<?, ?>) row;
            Map<?, ?> expected = (Map<?, ?>) ((Map<?, ?>) scenario.get("expect")).get(gateway);
            if (expected == null) {
                continue;
            }
            runs++;
            Map<String, Object> result = scenario.get("notice") == null ? run(scenario, gateway) : heard(scenario, gateway);
            expected.forEach((name, value) -> {
                if (!fits(result.get(name), value)) {
                    wrong.add(scenario.get("id") + " at " + gateway + ": " + name + " is " + result.get(name) + ", not " + value);
                }
            });
        }
        return runs;
    }

    /** A list means any of these. */
    private static boolean fits(Object found, Object wanted) {
        return wanted instanceof List ? ((List<?>) wanted).contains(found) : Objects.equals(wanted, found);
    }

    /** The last result or error JSON, with posts and book from the sandbox. */
    private Map<String, Object> run(Map<?, ?> scenario, String gateway) {
        Object named = scenario.get("number");
        List<?> numbers = named instanceof List ? (List<?>) named : Collections.singletonList(named);
        List<Map<String, Object>> orders = new ArrayList<>();
        numbers.forEach(number -> orders.add(order(scenario, gateway, (String) number)));
        Map<String, Object> result = JsonReader.object(document(config(scenario, gateway), (String) scenario.get("operation"), orders));
        Map<?, ?> entry = sandbox.book(gateway, (String) numbers.get(numbers.size() - 1));
        result.put("posts", entry.isEmpty() ? Long.valueOf(0) : entry.get("posts"));
        result.put("book", entry.isEmpty() ? null : ((String) entry.get("state")).toLowerCase(Locale.ROOT));
        return result;
    }

    /** The notice or error JSON of what the sandbox would post, with what the table compares besides; or what verifying it says. */
    private Map<String, Object> heard(Map<?, ?> scenario, String gateway) {
        String number = (String) scenario.get("number");
        Map<?, ?> notice = noticeAt((Map<?, ?>) scenario.get("notice"), gateway);
        Map<String, Object> config = config(scenario, gateway);
        merge(members(config.get("account")), notice.get("account"), text -> text);
        if (notice.containsKey("state")) {
            sandbox.post("orders", Sandbox.command(gateway, number, "state", notice.get("state")));
        }
        Map<?, ?> message = sandbox.post("notices", Sandbox.command(gateway, number, "fault", notice.get("fault")));
        Map<String, Object> result;
        try (Client client = Client.open(config)) {
            result = notice.containsKey("to_verify")
                    ? verified(client, call(scenario, order(scenario, gateway, number)), message)
                    : notice(client, notice, number, message);
        } catch (ChexiaoException error) {
            result = JsonReader.object(error.toJson());
        }
        Map<?, ?> entry = sandbox.book(gateway, number);
        result.put("book", entry.isEmpty() ? null : ((String) entry.get("state")).toLowerCase(Locale.ROOT));
        return result;
    }

    private static Map<String, Object> notice(Client client, Map<?, ?> notice, String number, Map<?, ?> message) {
        Map<String, Object> expect = new LinkedHashMap<>();
        merge(expect, notice.get("expect"), text -> text.replace("$number", number));
        Incoming incoming = Sandbox.incoming(message).expect(texts(expect));
        Notice heard = client.notification(incoming);
        if (notice.containsKey("twice")) {
            assertEquals(heard.toJson(), client.notification(incoming).toJson(), "heard twice");
        }
        Map<String, Object> result = heard.toMap();
        result.put("acknowledged", heard.acknowledge().isPresent());
        result.put("named", heard.order().containsValue(number));
        return result;
    }

    /** A notification as the reply to a call. */
    private static Map<String, Object> verified(Client client, Call call, Map<?, ?> message) {
        HttpReply reply = HttpReply.of(200, Sandbox.headers(message), Sandbox.body(message));
        return client.verify(call, client.sign(call), reply).toMap();
    }

    /** With what it has for this gateway over it. */
    private static Map<?, ?> noticeAt(Map<?, ?> notice, String gateway) {
        Map<Object, Object> members = new LinkedHashMap<>(notice);
        Map<?, ?> at = (Map<?, ?>) members.remove("at");
        Object over = at == null ? null : at.get(gateway);
        members.putAll(over == null ? Collections.<Object, Object>emptyMap() : (Map<?, ?>) over);
        return members;
    }

    private Map<String, Object> config(Map<?, ?> scenario, String gateway) {
        Map<String, Object> config = sandbox.config(gateway);
        merge(config, scenario.get("config"), this::address);
        return config;
    }

    private Map<String, Object> order(Map<?, ?> scenario, String gateway, String number) {
        Map<String, Object> fields = new LinkedHashMap<>();
        merge(fields, ((Map<?, ?>) table.get("orders")).get(gateway), text -> text.equals("$number") ? number : text);
        merge(fields, scenario.get("order"), text -> text);
        return fields;
    }

    private static Call call(Map<?, ?> scenario, Map<String, Object> fields) {
        return "query".equals(scenario.get("operation")) ? Call.query(texts(fields)) : Call.close(texts(fields));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> members(Object object) {
        return (Map<String, Object>) object;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Map<String, String> texts(Map<String, Object> members) {
        return (Map) members;
    }

    /** One client; its calls one after the other. */
    private String document(Map<String, Object> config, String operation, List<Map<String, Object>> orders) {
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

    private String document(Client client, String operation, Map<String, Object> fields) {
        try {
            Map<String, String> order = texts(fields);
            if ("query".equals(operation)) {
                return send.apply(client, Call.query(order)).toJson();
            }
            return send.apply(client, "ensure_closed".equals(operation) ? Call.ensureClosed(order) : Call.close(order)).toJson();
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
