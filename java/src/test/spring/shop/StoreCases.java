package shop;

import io.github.chexiao.Notice;
import io.github.chexiao.Outcome;
import io.github.chexiao.OutcomeCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Runs tests/store/cases.json through the store of the example, then threads through one order. Prints what went wrong, and how many did not. */
final class StoreCases {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int THREADS = 8;

    private final Orders orders;
    private final JdbcTemplate database;
    private final Map<?, ?> cases;

    private StoreCases(ConfigurableApplicationContext context, Path file) {
        orders = context.getBean(Orders.class);
        database = context.getBean(JdbcTemplate.class);
        cases = JSON.readValue(file.toFile(), Map.class);
    }

    public static void main(String[] arguments) throws Exception {
        SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run("--pay.accounts=", "--spring.datasource.url=jdbc:h2:mem:cases", "--logging.level.root=off")) {
            StoreCases all = new StoreCases(context, Path.of(arguments[0]));
            List<String> wrong = new ArrayList<>();
            List<?> rows = (List<?>) all.cases.get("cases");
            rows.forEach(one -> all.run((Map<?, ?>) one, wrong));
            all.race(wrong);
            System.out.println(String.join("\n", wrong));
            System.out.println(rows.size() + 1 + " ran, " + wrong.size() + " wrong");
        }
    }

    private void run(Map<?, ?> one, List<String> wrong) {
        clear();
        String gateway = (String) one.get("gateway");
        String number = (String) ((Map<?, ?>) cases.get("numbers")).get(gateway);
        List<String> told = new ArrayList<>();
        for (Object event : (List<?>) one.get("heard")) {
            told.add(event.equals("done") ? done(gateway, number) : hear(gateway, (String) event));
        }
        KnownOrder left = orders.known(gateway, number).orElse(null);
        expect(one.get("name") + ": todo", one.get("todo"), told, wrong);
        expect(one.get("name") + ": word", one.get("word"), left == null ? null : lower(left.word()), wrong);
        expect(one.get("name") + ": left", one.get("left"), left == null || left.todo() == null ? null : lower(left.todo()), wrong);
    }

    /** The todo that was done: it is there once. */
    private String done(String gateway, String number) {
        Todo todo = orders.known(gateway, number).orElseThrow().todo();
        return orders.done(gateway, number, todo) && !orders.done(gateway, number, todo) ? lower(todo) : "nothing was to be done";
    }

    private String hear(String gateway, String event) {
        Map<String, String> order = texts(((Map<?, ?>) cases.get("orders")).get(gateway));
        if (event.equals("begin")) {
            return lower(orders.begin(gateway, order));
        }
        Map<?, ?> said = (Map<?, ?>) ((Map<?, ?>) cases.get("events")).get(event);
        if (said.containsKey("outcome")) {
            return lower(orders.outcome(gateway, order, Outcome.ofJson(JSON.writeValueAsString(whole(OUTCOME, said, "outcome")))));
        }
        Map<String, Object> notice = whole(NOTICE, said, "event");
        if (!said.containsKey("order")) {
            notice.put("order", order);
        }
        return lower(orders.notice(gateway, Notice.ofJson(JSON.writeValueAsString(notice))));
    }

    /** The same payment, told to eight threads at once, beside a close: one is told to give the money back. */
    private void race(List<String> wrong) throws Exception {
        clear();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        List<Future<String>> told = new ArrayList<>();
        for (int thread = 0; thread < THREADS * 5; thread++) {
            String event = List.of("N paid", "closed", "N refunded", "N paid, no key", "lost").get(thread % 5);
            told.add(threads.submit(() -> hear("wechat", event)));
        }
        List<String> todos = new ArrayList<>();
        for (Future<String> todo : told) {
            todos.add(todo.get());
        }
        threads.shutdown();
        KnownOrder left = orders.known("wechat", "A1").orElseThrow();
        expect("raced: word", "refunded", lower(left.word()), wrong);
        long money = todos.stream().filter(todo -> todo.equals("fulfil_or_refund") || todo.equals("refund")).count();
        expect("raced: told about the money more than once", true, money <= 1, wrong);
        Long kept = database.queryForObject("select count(*) from heard where dedupe is not null", Long.class);
        expect("raced: kept with a key", 2L, kept, wrong);
    }

    private void clear() {
        database.update("delete from orders");
        database.update("delete from heard");
    }

    private static void expect(String what, Object expected, Object found, List<String> wrong) {
        if (!Objects.equals(expected, found)) {
            wrong.add(what + " is " + found + ", not " + expected);
        }
    }

    private static Map<String, Object> whole(String document, Map<?, ?> said, String word) {
        Map<String, Object> whole = new LinkedHashMap<>();
        ((Map<?, ?>) JSON.readValue(document, Map.class)).forEach((name, value) -> whole.put((String) name, value));
        said.forEach((name, value) -> whole.put((String) name, value));
        whole.put("code", OutcomeCode.valueOf(((String) said.get(word)).toUpperCase(Locale.ROOT)).number());
        return whole;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(Object object) {
        return (Map<String, String>) object;
    }

    private static String lower(Enum<?> word) {
        return word == null ? null : word.name().toLowerCase(Locale.ROOT);
    }

    private static final String WORDS = "\"gateway\":{},\"explanation\":{\"en\":\"\",\"zh\":\"\"},\"contradiction\":false,\"reason\":null,\"hint\":null";
    private static final String OUTCOME = "{" + WORDS + ",\"retry\":\"never\",\"retry_after_ms\":null,\"confirm\":\"not_needed\",\"sent\":\"answered\","
            + "\"msg_id\":\"m\",\"http_status\":200,\"elapsed_ms\":1,\"raw_base64\":\"\"}";
    private static final String ANSWER = "{\"status\":200,\"headers\":{},\"body_base64\":\"\"}";
    private static final String NOTICE = "{" + WORDS + ",\"order\":{},\"amount\":null,\"time\":null,\"fields\":{},\"acknowledge\":" + ANSWER
            + ",\"refuse\":" + ANSWER + "}";
}
