package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** "Send it as it is, once": what each HTTP client makes of one call, without and with the switch of docs/own-http.md. */
@Timeout(120)
class SentOnceIT {
    @Test
    void withItsSwitchEveryClientSendsOneRequestForACall() throws Exception {
        for (HttpClients client : HttpClients.values()) {
            assertEquals("1 1 1", fresh(client.once()) + " " + kept(client.once()) + " " + busy(client.once()), client.name());
        }
    }

    /** If one of these changes, the page on one's own HTTP client does. */
    @Test
    void withoutItTheySendWhatThePageSays() throws Exception {
        for (HttpClients client : HttpClients.values()) {
            String wanted = client.fresh + " " + client.kept + " " + client.busy;
            assertEquals(wanted, fresh(client.plain()) + " " + kept(client.plain()) + " " + busy(client.plain()), client.name());
        }
        HttpClients.Session urlConnection = HttpClients.HTTP_URL_CONNECTION.plain();
        assertEquals(2, fresh(request -> urlConnection.post(with("Connection", "close", request))), "also on a connection that is not kept");
    }

    /** For code that cannot be changed, Hutool's {@code HttpUtil.post} and the SDKs over HttpURLConnection: read once in a JVM, so in one of its own. */
    @Test
    void thePropertyOfTheJdkIsTheSwitchOfAllThatIsBuiltOnHttpUrlConnection() throws Exception {
        for (String property : Arrays.asList("true", "false")) {
            try (HangingServer server = new HangingServer((number, received) -> null)) {
                Path hutool = Paths.get(cn.hutool.http.HttpUtil.class.getProtectionDomain().getCodeSource().getLocation().toURI());
                String path = Repository.jar() + File.pathSeparator + Repository.testClasses() + File.pathSeparator + hutool;
                List<String> command = Jvm.commandWith(path, "-Dsun.net.http.retryPost=" + property, Poster.class.getName(), "http://127.0.0.1:" + server.port() + "/");
                assertTrue(Jvm.run(command).output.contains("lost"));
                assertEquals(property.equals("true") ? 2 : 1, server.requests(), property);
            }
        }
    }

    /** Sends one POST with Hutool. */
    static final class Poster {
        public static void main(String[] arguments) {
            try {
                cn.hutool.http.HttpUtil.post(arguments[0], "body");
            } catch (cn.hutool.core.io.IORuntimeException | cn.hutool.http.HttpException lost) {
                System.out.println("lost");
            }
        }
    }

    /** It compresses for whoever allows it; {@link HttpRequest#headers()} do not, and no client adds to them. */
    @Test
    void repliesOfAServerThatCompressesAreProven() throws Exception {
        Sandbox sandbox = Sandbox.shared();
        HttpClients.Session gateway = HttpClients.HTTP_URL_CONNECTION.once();
        for (HttpClients client : HttpClients.values()) {
            HttpRequest[] sent = new HttpRequest[1];
            try (HangingServer server = new HangingServer((number, received) -> compressed(gateway, sent[0], received))) {
                Map<String, Object> config = sandbox.config("wechat");
                String proxied = "http://127.0.0.1:" + server.port();
                config.put("base_url", proxied);
                try (Client chexiao = Client.open(config)) {
                    Call call = Call.close(Sandbox.wechatOrder("A"));
                    HttpRequest request = chexiao.sign(call);
                    sent[0] = HttpRequest.ofJson(request.toJson().replace(proxied, sandbox.http()));
                    Outcome outcome = chexiao.verify(call, request, client.once().post(request));
                    assertEquals(OutcomeCode.CLOSED, outcome.code(), client + ": " + outcome);
                }
            }
        }
    }

    private static byte[] compressed(HttpClients.Session gateway, HttpRequest request, HangingServer.Received received) {
        try {
            assertArrayEquals(request.body(), received.body());
            byte[] reply = Base64.getDecoder().decode((String) JsonReader.object(gateway.post(request).toJson()).get("body_base64"));
            if (!received.head().matches("(?is).*\r\naccept-encoding:[^\r]*(gzip|deflate|br|zstd|\\*).*")) {
                return HangingServer.reply("200 OK", "", reply);
            }
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
                out.write(reply);
            }
            return HangingServer.reply("200 OK", "Content-Encoding: gzip\r\n", zipped.toByteArray());
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static int fresh(HttpClients.Session session) throws Exception {
        return requests(session, 0, (number, received) -> null);
    }

    private static HttpRequest with(String name, String value, HttpRequest request) {
        return HttpRequest.ofJson(request.toJson().replace("\"headers\":{", "\"headers\":{\"" + name + "\":\"" + value + "\","));
    }

    private static int kept(HttpClients.Session session) throws Exception {
        return requests(session, 1, (number, received) -> number == 1 ? HangingServer.reply("200 OK", "", new byte[] {'1'}) : null);
    }

    private static int busy(HttpClients.Session session) throws Exception {
        return requests(session, 0, (number, received) -> HangingServer.reply("503 Service Unavailable", "", new byte[] {'1'}));
    }

    /** Of the call that follows so many that are answered. */
    private static int requests(HttpClients.Session session, int answered, BiFunction<Integer, HangingServer.Received, byte[]> answer) throws Exception {
        try (HangingServer server = new HangingServer(answer)) {
            String json = "{\"method\":\"POST\",\"url\":\"http://127.0.0.1:" + server.port() + "/\",\"headers\":{\"Content-Type\":\"text/xml\","
                    + "\"Accept-Encoding\":\"identity\"},\"body_base64\":\"MTIz\",\"msg_id\":\"m\"}";
            for (int call = 0; call < answered; call++) {
                session.post(HttpRequest.ofJson(json));
            }
            assertEquals(answered, server.requests());
            boolean replied = true;
            try {
                session.post(HttpRequest.ofJson(json));
            } catch (Exception lost) {
                replied = false;
            }
            assertEquals(answer.apply(answered + 1, null) != null, replied);
            return server.requests() - answered;
        }
    }
}
