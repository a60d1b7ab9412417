package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** examples/spring, built by its own pom.xml and run at the sandbox; and every other way into Spring. */
class SpringIT {
    private static final Path EXAMPLE = Repository.ROOT.resolve("examples/spring/target");
    private static final Sandbox SANDBOX = Sandbox.shared();
    private static final List<Map<?, ?>> KNOWN = NotificationsIT.vectors("known.json");
    /** As an order at each gateway names its number. */
    private static final Map<String, String> CLOSED_BY = Map.of("icbc", "partnerSeq", "wechat", "out_trade_no", "edgeros", "mch_trade_no", "chinaums", "merOrderId");

    @TempDir
    static Path folder;

    private static Process shop;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        List<String> javac = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/javac", "-parameters", "-d", folder.toString(), "-cp", classPath()));
        try (Stream<Path> sources = Files.walk(Repository.ROOT.resolve("java/src/test/spring"))) {
            sources.filter(Files::isRegularFile).forEach(source -> javac.add(source.toString()));
        }
        Jvm compiled = Jvm.run(javac);
        assertEquals(0, compiled.exit, compiled.output);
        String accounts = Stream.of(Sandbox.GATEWAYS).map(gateway -> SANDBOX.file(gateway + ".json").toString()).collect(Collectors.joining(","));
        Path log = Repository.ROOT.resolve("java/target/spring.log");
        List<String> java = Jvm.commandWith(classPath(), "-XX:TieredStopAtLevel=1", "io.github.chexiao.Probes", "--server.address=127.0.0.1", "--server.port=0",
                "--pay.accounts=" + accounts, "--spring.datasource.url=jdbc:h2:mem:shop");
        shop = new ProcessBuilder(java).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        Pattern started = Pattern.compile("Tomcat started on port (\\d+)");
        for (int wait = 0; wait < 1200 && url == null; wait++) {
            Thread.sleep(100);
            Matcher port = started.matcher(Repository.text(log));
            url = port.find() ? "http://127.0.0.1:" + port.group(1) : null;
            assertTrue(shop.isAlive() && wait < 1199, () -> Repository.text(log));
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (shop != null) {
            shop.destroy();
            assertTrue(shop.waitFor(30, TimeUnit.SECONDS), "still running");
        }
    }

    @Test
    void theRequestIsRightForEveryVector() throws Exception {
        for (Map<?, ?> vector : vectors()) {
            byte[] body = NotificationsIT.body(vector);
            assertArrayEquals(body, posted("/probe/request", vector, false).received(), (String) vector.get("id"));
        }
    }

    /** Spring rebuilds a form from its parameters. Nothing but these is signed: what is rebuilt says the same, or that it cannot be read. */
    @Test
    void anEntityIsRightForEveryVectorInUtf8() throws Exception {
        int rebuilt = 0;
        List<Object> refused = new ArrayList<>();
        for (Map<?, ?> vector : vectors()) {
            byte[] body = NotificationsIT.body(vector);
            Posted posted = posted("/probe/entity", vector, vector.hashCode() % 2 == 0);
            if (posted.status != 200) {
                assertEquals(400, posted.status, (String) vector.get("id"));
                refused.add(vector.get("id"));
            } else if (!Arrays.equals(body, posted.received())) {
                rebuilt++;
                assertSameEvent(vector, posted);
            }
        }
        assertTrue(rebuilt > 0, "none was rebuilt");
        List<String> notUtf8 = List.of("icbc-own-gbk", "icbc-own-gbk-lower-case", "icbc-own-charset-of-the-account", "icbc-own-gbk-that-says-utf-8",
                "ysepay-own-x-gbk", "chinaums-own-x-json");
        assertEquals(notUtf8, refused);
        System.out.println(rebuilt + " forms rebuilt by Spring");
    }

    /** What the container cannot read as UTF-8 never gets to a handler that wants it read. */
    @Test
    void inGbkTheRequestIsRightAndAnEntityNeverComes() throws Exception {
        Map<?, ?> vector = KNOWN.stream().filter(one -> one.get("id").equals("icbc-paid")).findFirst().get();
        byte[] body = inGbk();
        try (Client client = NotificationsIT.client(vector)) {
            for (String type : List.of("application/x-www-form-urlencoded; charset=GBK", "application/x-www-form-urlencoded")) {
                Notice notice = client.notification(Posted.to(url + "/probe/request", type, body, false).incoming());
                assertEquals("paid 张三", notice.event().word() + " " + notice.fields().get("agreeName"), type);
                for (String path : List.of("/probe/entity", "/probe/body")) {
                    assertEquals(400, Posted.to(url + path, type, body, false).status, type + path);
                }
            }
        }
    }

    @Test
    void whatAnotherHasParsedIsToldAndWhatSpringRebuildsVerifies() throws Exception {
        for (Map<?, ?> vector : KNOWN) {
            boolean isForm = NotificationsIT.contentType(vector).contains("urlencoded");
            for (String path : List.of("/probe/parameter", "/hidden/request")) {
                Map<?, ?> told = posted(path, vector, false).json();
                assertEquals(isForm ? "call body" : "null null", told.get("error") + " " + told.get("field"), vector.get("id") + path);
                assertTrue(!isForm || ((String) told.get("hint")).contains("HiddenHttpMethodFilter"), told::toString);
            }
            for (String path : List.of("/hidden/entity", "/probe/body")) {
                assertSameEvent(vector, posted(path, vector, false));
            }
            // With a query Spring takes the stream, which is at its end where the form was parsed: unknown.
            try (Client client = NotificationsIT.client(vector)) {
                Notice notice = client.notification(posted("/hidden/entity?a=1", vector, false).incoming());
                assertTrue(!isForm || notice.event() == OutcomeCode.UNKNOWN, (String) vector.get("id"));
            }
        }
    }

    @Test
    void everyAnswerArrivesByteForByte() throws Exception {
        for (Map<?, ?> vector : KNOWN) {
            try (Client client = NotificationsIT.client(vector)) {
                Notice notice = client.notification(Incoming.of(null, NotificationsIT.body(vector)));
                Answer answer = notice.acknowledge().orElse(notice.refuse());
                Posted posted = Posted.to(url + "/probe/answer", "application/json", answer.toJson().getBytes(UTF_8), false);
                assertAnswered(answer, posted, (String) vector.get("id"));
            }
        }
    }

    @Test
    void aPaymentIsHeardStoredAndAcknowledged() throws Exception {
        for (String gateway : Sandbox.GATEWAYS) {
            String number = Sandbox.number("A");
            for (String todo : List.of("first", "again")) {
                Map<?, ?> message = message(gateway, number, null);
                Notice notice = notice(gateway, message);
                assertEquals(OutcomeCode.PAID, notice.event(), gateway);
                assertAnswered(notice.acknowledge().get(), notify(gateway, message), gateway + " " + todo);
                assertEquals("{word=PAID, todo=FULFIL_OR_REFUND}", known(gateway, notice).toString());
            }
        }
    }

    @Test
    void aForgeryIsRefusedAndNotStored() throws Exception {
        for (String gateway : Sandbox.GATEWAYS) {
            for (String fault : List.of("unsigned", "otherkey", "changed")) {
                String number = Sandbox.number("A");
                Map<?, ?> message = message(gateway, number, fault);
                Notice notice = notice(gateway, message);
                assertEquals(OutcomeCode.UNKNOWN, notice.event(), gateway);
                assertAnswered(notice.refuse(), notify(gateway, message), gateway + " " + fault);
                assertEquals(404, status("/orders/" + gateway + "?number=" + numberOf(gateway, notice(gateway, message(gateway, number, null)))));
            }
        }
    }

    @Test
    void aPaymentAfterTheCloseIsToBeGivenBack() throws Exception {
        for (String gateway : List.of("icbc", "wechat", "edgeros")) {
            String number = Sandbox.number("A");
            Notice notice = notice(gateway, message(gateway, number, null));
            SANDBOX.post("orders", Sandbox.command(gateway, number, "state", "OPEN"));
            String order = JsonWriter.write(orderOf(gateway, number, notice));
            Posted closed = Posted.to(url + "/orders/" + gateway + "/close", "application/json", order.getBytes(UTF_8), false);
            assertTrue(List.of("\"RELEASE\"", "\"QUERY\"").contains(Utf8.text(closed.body)), Utf8.text(closed.body));
            SANDBOX.post("orders", Sandbox.command(gateway, number, "state", "PAID"));
            notify(gateway, message(gateway, number, null));
            assertEquals("{word=PAID, todo=REFUND}", known(gateway, notice).toString(), gateway);
        }
    }

    /** Posted by the sandbox, which repeats it until it hears the answer of the gateway's page. */
    @Test
    void theGatewayIsContentWithTheAnswerAndOnlyWhereItIsGenuine() throws Exception {
        for (String gateway : Sandbox.GATEWAYS) {
            String number = post(gateway, null);
            Map<?, ?> delivery = posted(gateway, number, 1);
            assertEquals("true 1 " + List.of(Map.of("status", 200L, "as_expected", true)), delivery.get("acknowledged") + " " + delivery.get("posted") + " "
                    + List.of(Map.copyOf((Map<?, ?>) ((List<?>) delivery.get("answers")).get(0))));
            for (String fault : List.of("unsigned", "otherkey", "changed")) {
                assertEquals(false, posted(gateway, post(gateway, fault), 1).get("acknowledged"), gateway + " " + fault);
            }
        }
    }

    @Test
    void whatCannotBeStoredIsToldAgain() throws Exception {
        SANDBOX.post("notify", Map.of("speed", 100L));
        sql("alter table heard rename to away");
        String number = post("wechat", null);
        assertEquals(false, posted("wechat", number, 1).get("acknowledged"));
        sql("alter table away rename to heard");
        Map<?, ?> delivery = posted("wechat", number, 2);
        for (int wait = 0; wait < 300 && !Boolean.TRUE.equals(delivery.get("acknowledged")); wait++) {
            Thread.sleep(100);
            delivery = SANDBOX.delivery("wechat", number);
        }
        assertEquals(true, delivery.get("acknowledged"));
        assertEquals(404, notify("nobody", message("wechat", number, null)).status);
    }

    private static String post(String gateway, String fault) {
        String number = Sandbox.number("A");
        Map<String, Object> command = Sandbox.command(gateway, number, "fault", fault);
        command.put("to", url + "/notify/" + gateway);
        SANDBOX.post("notices", command);
        return number;
    }

    /** Once it was answered so often. */
    private static Map<?, ?> posted(String gateway, String number, int times) throws Exception {
        for (int wait = 0; wait < 300; wait++) {
            Map<?, ?> delivery = SANDBOX.delivery(gateway, number);
            if (delivery.get("posted") instanceof Long posted && posted >= times) {
                return delivery;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(gateway + " " + number + ": " + SANDBOX.delivery(gateway, number));
    }

    private static void sql(String command) throws Exception {
        assertEquals(200, Posted.to(url + "/probe/sql", "text/plain", command.getBytes(UTF_8), false).status);
    }

    @Test
    void theStoreIsThatOfTheOtherLanguages() throws Exception {
        String cases = Repository.ROOT.resolve("tests/store/cases.json").toString();
        String output = Jvm.run(Jvm.commandWith(classPath(), "-XX:TieredStopAtLevel=1", "shop.StoreCases", cases)).wellDone().output;
        Matcher ran = Pattern.compile("(\\d+) ran, (\\d+) wrong").matcher(output);
        assertTrue(ran.find() && ran.group(2).equals("0"), output);
        List<?> rows = (List<?>) JsonReader.object(Repository.text(Path.of(cases))).get("cases");
        assertEquals(rows.size() + 1, Integer.parseInt(ran.group(1)));
    }

    private static String classPath() {
        return String.join(File.pathSeparator, folder.toString(), Repository.testClasses().toString(), Repository.jar().toString(),
                EXAMPLE.resolve("classes").toString(), EXAMPLE.resolve("dependency") + "/*");
    }

    private static List<Map<?, ?>> vectors() {
        return Stream.of("known.json", "icbc.json", "ysepay.json", "wechat.json", "edgeros.json", "chinaums.json")
                .flatMap(file -> NotificationsIT.vectors(file).stream())
                .collect(Collectors.toList());
    }

    private static Posted posted(String path, Map<?, ?> vector, boolean chunked) throws Exception {
        return Posted.to(url + path, NotificationsIT.contentType(vector), NotificationsIT.body(vector), chunked);
    }

    private static void assertSameEvent(Map<?, ?> vector, Posted posted) {
        try (Client client = NotificationsIT.client(vector)) {
            Notice raw = client.notification(Incoming.of(null, NotificationsIT.body(vector)));
            Notice notice = client.notification(posted.incoming());
            assertEquals(raw.event() + " " + raw.dedupe(), notice.event() + " " + notice.dedupe(), (String) vector.get("id"));
        }
    }

    private static void assertAnswered(Answer answer, Posted posted, String what) {
        assertArrayEquals(answer.body(), posted.body, what);
        assertEquals(answer.status(), posted.status, what);
        assertEquals(answer.headers().get("Content-Type").replace(" ", ""), posted.contentType.replace(" ", ""), what);
    }

    private static Map<?, ?> message(String gateway, String number, String fault) {
        return SANDBOX.post("notices", Sandbox.command(gateway, number, "fault", fault));
    }

    private static Notice notice(String gateway, Map<?, ?> message) {
        try (Client client = SANDBOX.client(gateway)) {
            return client.notification(Sandbox.incoming(message));
        }
    }

    /** Posts it as the gateway would. */
    private static Posted notify(String gateway, Map<?, ?> message) throws Exception {
        String type = Sandbox.headers(message).entrySet().stream().filter(header -> header.getKey().equalsIgnoreCase("content-type")).findFirst().get().getValue().get(0);
        return Posted.to(url + "/notify/" + gateway, type, Sandbox.body(message), false);
    }

    private static Map<?, ?> known(String gateway, Notice notice) throws Exception {
        return JsonReader.object(Repository.text(new java.net.URL(url + "/orders/" + gateway + "?number=" + numberOf(gateway, notice)).openStream()));
    }

    private static int status(String path) throws Exception {
        return ((java.net.HttpURLConnection) new java.net.URL(url + path).openConnection()).getResponseCode();
    }

    private static String numberOf(String gateway, Notice notice) {
        Map<String, String> order = notice.order();
        return gateway.equals("icbc") ? order.get("agreeCode") + "/" + order.get("partnerSeq") : order.get(CLOSED_BY.getOrDefault(gateway, "out_trade_no"));
    }

    /** The order of a close that names what the notice names. */
    private static Map<String, Object> orderOf(String gateway, String number, Notice notice) {
        if (gateway.equals("edgeros")) {
            return Map.of("mch_trade_no", numberOf(gateway, notice));
        }
        Map<?, ?> table = JsonReader.object(Repository.text(Repository.ROOT.resolve("tests/faults/scenarios.json")));
        Map<String, Object> order = new TreeMap<>();
        ((Map<?, ?>) ((Map<?, ?>) table.get("orders")).get(gateway)).forEach((name, text) -> order.put((String) name, text.equals("$number") ? number : text));
        notice.order().forEach((name, text) -> order.computeIfPresent(name, (same, before) -> text));
        return order;
    }

    /** A payment in ICBC's other charset, signed as the bank would. */
    private static byte[] inGbk() throws Exception {
        Charset gbk = Charset.forName("GBK");
        Map<String, String> fields = new TreeMap<>(Map.of("from", "icbc-api", "api", "/mybank/pay/cpay/cppayapply/V1", "app_id", "10000000000000012345",
                "charset", "GBK", "format", "json", "timestamp", "2026-03-01 10:20:30", "sign_type", "RSA", "biz_content",
                "{\"msg_id\":\"1\",\"agreeCode\":\"2\",\"agreeName\":\"张三\",\"partnerSeq\":\"3\",\"payType\":\"101\",\"orderAmount\":\"100\",\"payStatus\":\"1\"}"));
        String signed = fields.entrySet().stream().map(field -> field.getKey() + "=" + field.getValue()).collect(Collectors.joining("&", "/pay/icbc/notify?", ""));
        Map<?, ?> keys = (Map<?, ?>) JsonReader.object(Repository.text(Repository.ROOT.resolve("tests/notifications/known.json"))).get("keys");
        byte[] key = Base64.getDecoder().decode((String) keys.get("icbc_gateway_private"));
        Signature rsa = Signature.getInstance("SHA1withRSA");
        rsa.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key)));
        rsa.update(signed.getBytes(gbk));
        fields.put("sign", Base64.getEncoder().encodeToString(rsa.sign()));
        return fields.entrySet().stream().map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), gbk)).collect(Collectors.joining("&")).getBytes(UTF_8);
    }
}
