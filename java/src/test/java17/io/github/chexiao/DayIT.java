package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/Day.java at the sandbox, compiled with the JAR alone: its books, the sandbox's and the bill agree, whatever is lost on the way. */
class DayIT {
    private static final List<String> GIVEN_BACK = List.of("PAID 100", "REFUNDED 100");

    @TempDir
    static Path classes;

    private static ClassLoader loader;

    private Sandbox sandbox;
    private Client client;
    private DataSource books;
    private Object day;

    @BeforeAll
    static void compile() throws Exception {
        String source = Repository.ROOT.resolve("examples/Day.java").toString();
        Jvm javac = Jvm.run(List.of(System.getProperty("java.home") + "/bin/javac", "-Xlint:all,-options", "-Werror", "-encoding", "UTF-8", "--release", "8",
                "-cp", Repository.jar().toString(), "-d", classes.toString(), source));
        assertEquals(0, javac.exit, javac.output);
        try (Stream<Path> jars = Files.list(Repository.ROOT.resolve("examples/spring/target/dependency"))) {
            Path h2 = jars.filter(jar -> jar.getFileName().toString().startsWith("h2-")).findFirst().orElseThrow();
            loader = new URLClassLoader(new URL[] {classes.toUri().toURL(), h2.toUri().toURL()}, DayIT.class.getClassLoader());
        }
    }

    @BeforeEach
    void begin() throws Exception {
        sandbox = Sandbox.own();
        Map<String, Object> config = sandbox.config("wechat");
        Map<String, String> key = Map.of("file", sandbox.file("apiclient_key.pem").toString());
        config.put("client_certificate", Map.of("file", sandbox.file("apiclient_cert.pem").toString(), "key", key));
        client = Client.open(config);
        books = (DataSource) loader.loadClass("org.h2.jdbcx.JdbcDataSource").getConstructor().newInstance();
        books.getClass().getMethod("setURL", String.class).invoke(books, "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        day = loader.loadClass("Day").getConstructor(Client.class, DataSource.class, String.class).newInstance(client, books, "https://shop.example/notify");
    }

    @AfterEach
    void end() {
        client.close();
        sandbox.close();
    }

    @Test
    void aDay() throws Exception {
        String paid = sold();
        String unpaid = sold();
        assertEquals(200, ((Answer) pays(paid, null)).status());
        assertEquals("paid", shop("state", paid));
        assertEquals("closed", shop("end", unpaid));
        assertEquals("CLOSED", sandbox.book("wechat", unpaid).get("state"));
        for (int time = 0; time < 3; time++) {
            assertEquals("returned", shop("giveBack", paid));
        }
        assertEquals(GIVEN_BACK, money(paid));
        assertEquals(List.of(), money(unpaid));
        assertEquals(List.of(), shop("differences", LocalDate.now(ZoneId.of("Asia/Shanghai")).format(DateTimeFormatter.BASIC_ISO_DATE)));
        assertTrue(shop("differences", "20200101").toString().contains("No Bill Exist"));
    }

    @Test
    void whatIsForgedChangesNothing() throws Exception {
        String number = sold();
        assertTrue(new String(((Answer) pays(number, "changed")).body()).contains("FAIL"));
        assertEquals("open", shop("state", number));
    }

    @Test
    void whoPaysWhileItIsClosedHasPaid() throws Exception {
        String number = sold();
        sandbox.post("orders", Sandbox.command("wechat", number, "state", "PAID"));
        assertEquals("paid", shop("end", number));
    }

    @Test
    void oneRefundWhateverIsLost() throws Exception {
        for (String lost : List.of("refund:cut", "refund:reset", "refundquery:cut")) {
            String number = sold();
            pays(number, null);
            sandbox.post("faults", Map.of("gateway", "wechat", "fault", lost));
            shop("giveBack", number);
            shop("pursue");
            assertEquals("returned", shop("state", number), lost);
            assertEquals(GIVEN_BACK, money(number), lost);
        }
    }

    @Test
    void aProcessThatDiedBeforeTheRefundLeftMakesUpForIt() throws Exception {
        String number = sold();
        pays(number, null);
        sql("UPDATE orders SET state = 'returning'");
        shop("pursue");
        assertEquals("returned", shop("state", number));
        assertEquals(GIVEN_BACK, money(number));
    }

    @Test
    void anotherAmountIsForAPerson() throws Exception {
        String number = sold();
        sql("UPDATE orders SET fen = 99");
        pays(number, null);
        assertEquals("open", shop("state", number));
        try (Connection connection = books.getConnection(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT note FROM orders")) {
            assertTrue(rows.next());
            assertEquals("paid 100 fen", rows.getString(1));
        }
    }

    private String sold() throws Exception {
        String number = Sandbox.number("DAY");
        assertTrue(shop("sell", number, 100L, "a book").toString().startsWith("weixin://"));
        return number;
    }

    /** The buyer does, unless it is forged, and the shop hears of it. */
    private Object pays(String number, String fault) throws Exception {
        if (fault == null) {
            sandbox.post("orders", Sandbox.command("wechat", number, "state", "PAID"));
        }
        Map<?, ?> message = sandbox.post("notices", Sandbox.command("wechat", number, "fault", fault));
        return shop("hear", Sandbox.headers(message), Sandbox.body(message));
    }

    private List<String> money(String number) {
        return ((List<?>) sandbox.page("money").get("movements")).stream().map(one -> (Map<?, ?>) one)
                .filter(one -> number.equals(one.get("order")))
                .map(one -> one.get("kind") + " " + one.get("fen"))
                .collect(Collectors.toList());
    }

    private Object shop(String method, Object... arguments) throws Exception {
        Method found = Arrays.stream(day.getClass().getMethods()).filter(one -> one.getName().equals(method)).findFirst().orElseThrow();
        return found.invoke(day, arguments);
    }

    private void sql(String command) throws Exception {
        try (Connection connection = books.getConnection(); Statement statement = connection.createStatement()) {
            statement.executeUpdate(command);
        }
    }
}
