package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.NotSerializableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opening, calling and closing a client, and what its errors say. */
class ClientIT {
    @TempDir
    Path folder;

    @Test
    void closesAnOrderAtEveryGateway() {
        Sandbox sandbox = Sandbox.shared();
        Map<?, ?> orders = (Map<?, ?>) JsonReader.object(Repository.text(Repository.ROOT.resolve("tests/faults/scenarios.json"))).get("orders");
        for (String gateway : Sandbox.GATEWAYS) {
            try (Client client = Client.open(sandbox.file(gateway + ".json"))) {
                String number = Sandbox.number("A");
                Map<String, String> order = new LinkedHashMap<>();
                ((Map<?, ?>) orders.get(gateway)).forEach((name, value) -> order.put((String) name, ((String) value).replace("$number", number)));
                Outcome outcome = client.closeOrder(order);
                assertTrue(outcome.isClosed(), gateway + ": " + outcome);
                assertEquals(OutcomeCode.CLOSED, outcome.code());
                assertEquals(gateway, client.gateway());
                assertEquals("CLOSED", sandbox.book(gateway, number).get("state").toString().toUpperCase(Locale.ROOT));
            }
        }
    }

    @Test
    void aDiagnosisNamesWhatIsWrong() {
        Map<String, Object> config = Shop.config();
        try (Client client = Client.open(config)) {
            assertTrue(client.diagnose().contains("\"cause\":\"refused\""), client.diagnose());
        }
        assertTrue(Client.diagnose("{").contains("\"cause\":\"not_json\""));
        String refused = "{\"gateway\":\"edgeros\",\"base_url\":\"http://127.0.0.1:9\"}";
        assertTrue(Client.diagnose(refused).contains("\"cause\":\"missing\""), Client.diagnose(refused));
    }

    @Test
    void aConnectionIsMadeAheadAndNothingSent() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            Map<String, Object> config = Shop.config();
            config.put("base_url", "http://127.0.0.1:" + server.getLocalPort());
            try (Client client = Client.open(config)) {
                client.warm();
                server.setSoTimeout(10_000);
                try (Socket connection = server.accept()) {
                    connection.setSoTimeout(200);
                    assertThrows(SocketTimeoutException.class, () -> connection.getInputStream().read());
                }
            }
            config.put("base_url", "http://127.0.0.1:9");
            try (Client client = Client.open(config)) {
                assertEquals("connect", assertThrows(NotSentException.class, client::warm).kind());
            }
        }
    }

    /** Told by a door of the sandbox, which notes what each connection has brought. */
    @Test
    void clientsThatDifferShareNoConnection() throws Exception {
        Sandbox sandbox = Sandbox.shared();
        Map<?, ?> door = sandbox.post("doors", Collections.emptyMap());
        Path issued = sandbox.file("apiclient_cert.pem");
        Path other = folder.resolve("ca.pem");
        Files.write(other, (Repository.text(sandbox.file("ca.pem")) + Repository.text(issued)).getBytes(UTF_8));
        Map<String, Object> certificate = new LinkedHashMap<>();
        certificate.put("file", issued.toString());
        certificate.put("key", Collections.singletonMap("file", sandbox.file("apiclient_key.pem").toString()));
        Map<String, Object> none = Collections.emptyMap();
        Map<String, Object> trusting = Collections.singletonMap("ca_file", other.toString());
        Map<String, Object> proxied = Collections.singletonMap("proxy", sandbox.http());
        Map<String, Object> shown = Collections.singletonMap("client_certificate", certificate);
        Map<String, Object> both = new LinkedHashMap<>(shown);
        both.putAll(proxied);
        List<Client> clients = new ArrayList<>();
        List<List<Object>> expected = new ArrayList<>();
        // The last is equal to the first.
        for (Map<String, Object> settings : Arrays.asList(none, trusting, proxied, shown, both, none)) {
            Map<String, Object> config = sandbox.config("icbc");
            config.put("base_url", door.get("https_url"));
            config.putAll(settings);
            Client client = Client.open(config);
            clients.add(client);
            client.warm();
            List<Object> numbers = new ArrayList<>();
            for (int call = 0; call < 2; call++) {
                Map<String, String> order = new LinkedHashMap<>();
                order.put("agreeCode", "020000010001");
                order.put("orderCode", "0001");
                order.put("partnerSeq", Sandbox.number("A"));
                assertTrue(client.closeOrder(order).isClosed());
                numbers.add(order.get("partnerSeq"));
            }
            expected.add(numbers);
        }
        expected.get(0).addAll(expected.remove(5));
        List<Object> brought = new ArrayList<>();
        for (Object connection : sandbox.connections(door)) {
            List<?> orders = (List<?>) ((Map<?, ?>) connection).get("orders");
            if (!orders.isEmpty()) {
                brought.add(orders);
                assertEquals(brought.size() > 3, ((Map<?, ?>) connection).get("merchant"));
            }
        }
        assertEquals(expected, brought);
        clients.forEach(Client::close);
    }

    @Test
    void opensFromTextMapAndFile() throws Exception {
        String text = JsonWriter.write(Shop.config());
        Path file = Files.write(folder.resolve("wechat.json"), text.getBytes(UTF_8));
        for (Client client : Arrays.asList(Client.open(text), Client.open(Shop.config()), Client.open(file))) {
            try (Client closing = client) {
                assertEquals("wechat", closing.gateway());
                assertTrue(closing.sign(Shop.call()).url().endsWith("/pay/closeorder"));
            }
        }
    }

    @Test
    void theCallerGivesIdTimeAndNonce() {
        try (Client client = Client.open(Shop.config())) {
            Call call = Call.closing(Collections.singletonMap("out_trade_no", "A1"))
                    .msgId("m1")
                    .nonce("n1")
                    .timestamp(java.time.Instant.parse("2026-01-02T16:00:01.9Z"))
                    .build();
            assertTrue(call.toJson().contains("\"timestamp\":\"2026-01-03 00:00:01\""), call.toJson());
            HttpRequest request = client.sign(call);
            assertTrue(new String(request.body(), UTF_8).contains("<nonce_str>n1</nonce_str>"));
            assertEquals(client.sign(call).toJson(), request.toJson());
            assertFalse(client.sign(Shop.call()).msgId().equals(client.sign(Shop.call()).msgId()), "ids are random");
        }
    }

    @Test
    void theCallerGivesTheIdOfEveryOperation() {
        try (Client client = Sandbox.shared().client("wechat")) {
            Map<String, String> order = Sandbox.wechatOrder("A");
            Outcome open = client.send(Call.querying(order).msgId("m1").build());
            assertEquals("m1 open", open.msgId() + " " + open.code().word());
            Outcome closed = client.send(Call.ensuringClosed(order).msgId("m2").build());
            assertEquals("m2 closed", closed.msgId() + " " + closed.code().word());
            Outcome again = client.send(Call.closing(order).msgId("m3").build());
            assertEquals("m3 already_closed", again.msgId() + " " + again.code().word());
        }
    }

    @Test
    void aClosedClientIsAnErrorOrUnknown() {
        Client client = Client.open(Shop.config());
        HttpRequest request = client.sign(Shop.call());
        client.close();
        client.close();
        for (Exception thrown : Arrays.asList(
                assertThrows(CallException.class, () -> client.sign(Shop.call())),
                assertThrows(CallException.class, () -> client.send(Shop.call())))) {
            assertEquals("handle", ((ChexiaoException) thrown).kind());
            assertEquals(-3, ((ChexiaoException) thrown).status());
        }
        Outcome outcome = client.verify(Shop.call(), request, Shop.reply());
        assertEquals(OutcomeCode.UNKNOWN, outcome.code());
        assertEquals(Next.QUERY, outcome.next());
        assertTrue(outcome.explanation(Locale.ENGLISH).contains("is no open client"), outcome.explanation(Locale.ENGLISH));
    }

    @Test
    void verifyNeverThrowsForWhatItIsGiven() {
        try (Client client = Client.open(Shop.config())) {
            HttpRequest request = client.sign(Shop.call());
            for (String call : Arrays.asList("", "{}", "}{", "\u0000", "{\"operation\":\"\\ud800\"}", "{\"operation\":1}")) {
                assertEquals("input", client.verify(Call.ofJson(call), request, Shop.reply()).reason().get(), call);
            }
            assertEquals("input", client.verify(Shop.call(), request, HttpReply.of(-1, null, null)).reason().get());
            // What HTTP clients make of header bytes that are no UTF-8, in the name and in the value.
            for (String lone : Arrays.asList("\ud800", "\udce9", "a\udfffb", "\udc00\ud800")) {
                for (Map<String, List<String>> headers : Arrays.asList(
                        Collections.singletonMap("X", Collections.singletonList(lone)), Collections.singletonMap(lone, Collections.singletonList("x")))) {
                    Outcome odd = client.verify(Shop.call(), request, HttpReply.of(200, headers, "<xml></xml>".getBytes(UTF_8)));
                    assertEquals("UNKNOWN input QUERY", odd.code() + " " + odd.reason().get() + " " + odd.next(), lone);
                }
            }
            // No defect: text like any other, of a header that nobody reads.
            HttpReply nul = HttpReply.of(200, Collections.singletonMap("X", Collections.singletonList("a\u0000b\u001b")), "<xml></xml>".getBytes(UTF_8));
            assertEquals(client.verify(Shop.call(), request, Shop.reply()).reason(), client.verify(Shop.call(), request, nul).reason());
            assertEquals(OutcomeCode.UNKNOWN, client.verify(Shop.call(), request, HttpReply.of(200, null, new byte[3 << 20])).code());
        }
    }

    @Test
    void errorsHaveTheirClassKindFieldAndHint() throws Exception {
        assertError(ConfigException.class, "config", -11, "gateway", () -> Client.open("{\"gateway\":\"x\",\"base_url\":\"\",\"account\":{}}"));
        assertError(ConfigException.class, "config", -11, null, () -> Client.open("{"));
        assertError(ConfigException.class, "config", -11, null, () -> Client.open(folder.resolve("missing.json")));
        assertError(CallException.class, "utf8", -2, "config", () -> Client.open("{\"\ud800\":1}"));
        Path latin1 = Files.write(folder.resolve("latin1"), new byte[] {'"', (byte) 0xe9, '"'});
        assertError(CallException.class, "utf8", -2, "config", () -> Client.open(latin1));
        assertError(CallException.class, "utf8", -2, "call", () -> Call.ofJson("{\"\udc00\":1}"));
        assertError(ConfigException.class, "config", -11, null, () -> Client.open(Collections.singletonMap("gateway", new Object())));
        Map<String, Object> circle = new LinkedHashMap<>();
        circle.put("gateway", circle);
        assertError(ConfigException.class, "config", -11, null, () -> Client.open(circle));
        try (Client client = Client.open(Shop.config())) {
            assertError(CallException.class, "call", -10, "order.out_trade_no", () -> client.send(Call.close(Collections.emptyMap())));
            assertError(CallException.class, "call", -10, "order", () -> client.send(Call.close(Collections.singletonMap(null, "A1"))));
            assertError(CallException.class, "call", -10, "order.out_trade_no", () -> client.send(Call.query(Collections.emptyMap())));
            Call none = Call.ofJson("{\"operation\":\"pay\",\"order\":{}}");
            assertError(ConfigException.class, "unsupported", -12, "operation", () -> client.send(none));
            assertError(NotSentException.class, "connect", -21, null, () -> client.send(Shop.call()));
            assertThrows(NullPointerException.class, () -> client.send(null));
            assertThrows(NullPointerException.class, () -> client.closeOrder(null));
        }
    }

    private interface Body {
        Object run() throws Exception;
    }

    private static void assertError(Class<? extends ChexiaoException> type, String kind, int status, String field, Body body) {
        ChexiaoException error = assertThrows(type, body::run);
        assertEquals(kind, error.kind());
        assertEquals(status, error.status());
        if (field != null) {
            assertEquals(field, error.field().get());
        }
        assertFalse(error.hint().isEmpty());
        assertTrue(error.getMessage().startsWith(kind + " error: "), error.getMessage());
        assertTrue(error.getMessage().endsWith(error.hint()), error.getMessage());
        assertTrue(JsonReader.object(error.toJson()).keySet().containsAll(Arrays.asList("error", "status", "field", "message", "hint")));
        assertFalse(error.reason().isPresent());
    }

    @Test
    void exceptionsTravel() throws Exception {
        ChexiaoException error = assertThrows(ConfigException.class, () -> Client.open("{"));
        Object copy = SerialisedTest.read(SerialisedTest.written(error));
        assertNotSame(error, copy);
        assertInstanceOf(ConfigException.class, copy);
        assertEquals(error.toJson(), ((ChexiaoException) copy).toJson());
    }

    /** It is keys and connections of this process: a session or a Spark job that wants to carry it is told so, and nothing was sent. */
    @Test
    void aClientStaysWhereItIs() {
        try (Client client = Client.open(Shop.config())) {
            NotSerializableException refused = assertThrows(
                    NotSerializableException.class, () -> SerialisedTest.written(Collections.singletonMap("client", client)));
            assertEquals(Client.class.getName(), refused.getMessage());
        }
    }

    @Test
    void nothingSaysASecretOrAnOrder() {
        StringWriter said = new StringWriter();
        String order = "ORDERCANARY1";
        Map<String, Object> config = Shop.config();
        try (Client client = Client.open(config).onCall(record -> said.write(record.toString()))) {
            Call call = Call.close(Collections.singletonMap("out_trade_no", order));
            HttpRequest request = client.sign(call);
            said.write(client + " " + call + " " + request + " " + Shop.reply() + " " + client.verify(call, request, Shop.reply()));
            assertThrows(NotSentException.class, () -> client.send(call)).printStackTrace(new PrintWriter(said));
        }
        Map<String, Object> bad = Shop.config();
        bad.put("proxy", Shop.SECRET);
        ChexiaoException refused = assertThrows(ChexiaoException.class, () -> Client.open(bad));
        refused.printStackTrace(new PrintWriter(said));
        assertThrows(ConfigException.class, () -> Client.open(Paths.get(Shop.SECRET))).printStackTrace(new PrintWriter(said));
        assertFalse(said.toString().contains(Shop.SECRET), said.toString());
        assertFalse(said.toString().contains(order), said.toString());
    }

    @Test
    void aConfigurationMayBearAMarkAndOneThatIsMissingIsNamed(@TempDir Path folder) throws Exception {
        String text = JsonWriter.write(Shop.config()) + "\r\n";
        Path file = folder.resolve("config.json");
        for (String marked : new String[] {"UTF-8", "UTF-16LE", "UTF-16BE"}) {
            Files.write(file, ("\ufeff" + text).getBytes(marked));
            Client.open(file).close();
        }
        for (byte[] bytes : new byte[][] {{(byte) 0xFF, (byte) 0xFE, '{'}, {(byte) 0xFF, (byte) 0xFE, 0, (byte) 0xD8}}) {
            Files.write(file, bytes);
            assertThrows(ConfigException.class, () -> Client.open(file));
        }
        ConfigException missing = assertThrows(ConfigException.class, () -> Client.open(Paths.get("/no/such/config.json")));
        assertTrue(missing.getMessage().contains("/no/such/config.json"), missing.getMessage());
        assertTrue(missing.hint().contains("check the path") && missing.hint().contains("请检查路径"), missing.hint());
    }

    @Test
    void charactersBeyondTheFirstPlaneArriveAsTheyAre() {
        String text = "\ud83d\ude00 é 撤 \u0001 \"\\/";
        Map<String, String> order = new LinkedHashMap<>();
        order.put("merOrderId", "M1");
        order.put("billNo", "B1");
        order.put("billDate", "2026-01-02");
        order.put("authIdRespCd", "1");
        order.put("srcReserve", text);
        try (Client client = Sandbox.shared().client("chinaums")) {
            assertSigned(client, order, text);
            order.put("srcReserve", "nul\u0000");
            assertSigned(client, order, "nul\u0000");
            for (String lone : new String[] {"\ud800", "a\udc00b", "\udc00\ud800"}) {
                order.put("srcReserve", lone);
                CallException refused = assertThrows(CallException.class, () -> client.sign(Call.close(order)));
                assertTrue(refused.getMessage().contains("lone surrogate"), refused.getMessage());
            }
        }
    }

    /** Either signed as it is, or refused by name; never changed. */
    private static void assertSigned(Client client, Map<String, String> order, String text) {
        try {
            Map<?, ?> body = JsonReader.object(new String(client.sign(Call.close(order)).body(), UTF_8));
            assertEquals(text, body.get("srcReserve"));
        } catch (CallException refused) {
            assertEquals("order.srcReserve", refused.field().get());
        }
    }

    @Test
    void encryptsAndDecryptsFields() throws Exception {
        String partner = (String) ((Map<?, ?>) Sandbox.shared().config("ysepay").get("account")).get("partner_id");
        Cipher jdk = Cipher.getInstance("DES/ECB/PKCS5Padding");
        jdk.init(Cipher.DECRYPT_MODE, new SecretKeySpec(String.format("%8.8s", partner).getBytes(UTF_8), "DES"));
        try (Client client = Sandbox.shared().client("ysepay");
                Client none = Sandbox.shared().client("edgeros")) {
            String text = "6222020200001234567 张三";
            assertEquals(text, client.decryptField(client.encryptField(text)));
            assertEquals(text, new String(jdk.doFinal(Base64.getDecoder().decode(client.encryptField(text))), "GBK"));
            assertError(ConfigException.class, "unsupported", -12, null, () -> none.encryptField(text));
            assertError(ConfigException.class, "unsupported", -12, null, () -> none.decryptField(text));
            assertError(CallException.class, "call", -10, "field", () -> client.decryptField(text));
            assertError(CallException.class, "utf8", -2, "text", () -> client.encryptField("\ud800"));
        }
    }

    @Test
    void saysItsVersionAndGateways() {
        assertTrue(Client.version().matches("[0-9]+[.][0-9]+[.][0-9]+"), Client.version());
        assertTrue(JsonReader.read(Client.gateways()).toString().contains("gateway"));
    }
}
