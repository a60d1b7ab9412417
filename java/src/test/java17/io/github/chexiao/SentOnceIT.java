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
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** "Send it as it is, once": what each HTTP client makes of one call, without and with the switch of docs/own-http.md. */
@Timeout(120)
class SentOnceIT {
    /** Of a name with one address, and with two. */
    private static final String OLD_OKHTTP = "1 3 1 1 and 2 4 1 1";

    @Test
    void withItsSwitchEveryClientSendsOneRequestForACall() throws Exception {
        for (HttpClients client : HttpClients.values()) {
            assertEquals("1 1 1 1", Counted.of(client::once), client.name());
        }
    }

    /** If one of these changes, the page on one's own HTTP client does. */
    @Test
    void withoutItTheySendWhatThePageSays() throws Exception {
        for (HttpClients client : HttpClients.values()) {
            assertEquals(client.plainly, Counted.of(client::plain), client.name());
        }
        HttpClients.Session urlConnection = HttpClients.HTTP_URL_CONNECTION.plain();
        assertEquals("2 2 1 2", Counted.of(() -> request -> urlConnection.post(closing(request))), "also on connections that are not kept");
    }

    @Test
    void thePagesSayWhatWasCounted() {
        for (String page : Arrays.asList("own-http.md", "own-http.zh-CN.md")) {
            String text = Repository.text(Repository.ROOT.resolve("docs/" + page));
            for (HttpClients client : HttpClients.values()) {
                assertEquals(client.plainly, row(text, client.title, client == HttpClients.OKHTTP_TWO_ADDRESSES ? 1 : 0), page + ": " + client);
            }
            assertEquals(OLD_OKHTTP, row(text, "OkHttp 3.12", 0) + " and " + row(text, "OkHttp 3.12", 1));
        }
    }

    /** The four counts of a row, as {@link Counted} writes them. A cell that holds two has them for a name with one address and with two. */
    private static String row(String page, String title, int which) {
        String[] cells = Pattern.compile("(?m)^\\| " + Pattern.quote(title) + "\\b[^|\n]*\\|(.*)$").matcher(page).results().findFirst().orElseThrow().group(1).split("\\|");
        StringBuilder counts = new StringBuilder();
        for (String cell : Arrays.copyOf(cells, 3)) {
            String[] numbers = cell.replaceAll("[^0-9]+", " ").trim().split(" ");
            counts.append(numbers[Math.min(which, numbers.length - 1)]).append(' ');
        }
        return counts.append(cells[3].matches(".*(yes|是).*") ? 2 : 1).toString();
    }

    private static HttpRequest closing(HttpRequest request) {
        return HttpRequest.ofJson(request.toJson().replace("\"headers\":{", "\"headers\":{\"Connection\":\"close\","));
    }

    /** Android 4 and much else stayed with it. */
    @Test
    void theOldOkHttpSendsMoreAndHasTheSameSwitch() throws Exception {
        Path old = Repository.ROOT.resolve("java/target/okhttp-3.12");
        String path = old + File.separator + "*" + File.pathSeparator + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Jvm counted = Jvm.run(Jvm.commandWith(path, Counted.class.getName(), "OKHTTP", "OKHTTP_TWO_ADDRESSES"));
        assertEquals(OLD_OKHTTP.replace(" and", ", 1 1 1 1 and") + ", 1 1 1 1", counted.output.trim());
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
}
