package io.github.chexiao;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/** The five gateways on loopback, one process for all tests of this JVM. */
final class Sandbox implements AutoCloseable {
    static final String[] GATEWAYS = {"icbc", "ysepay", "wechat", "edgeros", "chinaums"};

    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Sandbox shared;

    private final Map<?, ?> addresses;
    private final Path folder;
    private final Process process;

    private Sandbox() throws IOException {
        Path binary = Repository.ROOT.resolve("target/release/chexiao");
        folder = Repository.ROOT.resolve("java/target/sandbox-" + UUID.randomUUID());
        process = new ProcessBuilder(binary.toString(), "sandbox", "--strict", "--json", "--dir", folder.toString())
                .redirectError(new File("/dev/null"))
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        BufferedReader out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        addresses = JsonReader.object(out.readLine());
    }

    static synchronized Sandbox shared() {
        try {
            shared = shared == null ? new Sandbox() : shared;
            return shared;
        } catch (IOException cannotStart) {
            throw new IllegalStateException(cannotStart);
        }
    }

    /** One of which nobody else has touched an order. */
    static Sandbox own() throws IOException {
        return new Sandbox();
    }

    @Override
    public void close() {
        process.destroy();
    }

    /** A new number that chooses a state or a fault by its prefix. */
    static String number(String prefix) {
        return prefix + "9" + NUMBER.incrementAndGet();
    }

    static Map<String, String> wechatOrder(String prefix) {
        Map<String, String> order = new LinkedHashMap<>();
        order.put("out_trade_no", number(prefix));
        return order;
    }

    String http() {
        return (String) addresses.get("http_url");
    }

    Path file(String name) {
        return folder.resolve(name);
    }

    /** The configuration of a gateway, over HTTPS. */
    Map<String, Object> config(String gateway) {
        return JsonReader.object(Repository.text(file(gateway + ".json")));
    }

    Client client(String gateway) {
        return Client.open(config(gateway));
    }

    /** A command for an admin page; a member that is null is left out. */
    static Map<String, Object> command(String gateway, String number, String name, Object value) {
        Map<String, Object> command = new LinkedHashMap<>();
        command.put("gateway", gateway);
        command.put("order", number);
        if (value != null) {
            command.put(name, value);
        }
        return command;
    }

    /** The next close at this gateway is answered after a while. */
    void delayed(String gateway, long milliseconds) {
        Map<String, Object> command = new LinkedHashMap<>();
        command.put("gateway", gateway);
        command.put("fault", "DELAY");
        command.put("ms", milliseconds);
        post("faults", command);
    }

    /** Once the close of an order has come. */
    void awaitPost(String gateway, String number) throws InterruptedException {
        for (int i = 0; i < 6000; i++) {
            if (Long.valueOf(1).equals(book(gateway, number).get("posts"))) {
                return;
            }
            Thread.sleep(5);
        }
        throw new AssertionError(number + " does not come");
    }

    /** A message that the admin page of notices answered. */
    static Incoming incoming(Map<?, ?> message) {
        Incoming incoming = Incoming.of(headers(message), body(message));
        Object url = message.get("url");
        return url == null ? incoming : incoming.url((String) url);
    }

    static Map<String, List<String>> headers(Map<?, ?> message) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        ((Map<?, ?>) message.get("headers")).forEach((name, value) -> headers.put((String) name, Collections.singletonList((String) value)));
        return headers;
    }

    static byte[] body(Map<?, ?> message) {
        return Base64.getDecoder().decode((String) message.get("body_base64"));
    }

    /** What an admin page answers to a command. */
    Map<?, ?> post(String page, Map<String, Object> command) {
        try {
            HttpURLConnection connection = (HttpURLConnection) new URL(http() + "/_sandbox/" + page).openConnection();
            connection.setDoOutput(true);
            connection.getOutputStream().write(JsonWriter.write(command).getBytes(StandardCharsets.UTF_8));
            try (InputStream in = connection.getInputStream()) {
                String said = Repository.text(in);
                return said.isEmpty() ? Collections.emptyMap() : JsonReader.object(said);
            }
        } catch (IOException refused) {
            throw new IllegalStateException(command + ": " + refused, refused);
        }
    }

    /** The entry of an order in the sandbox's book, or an empty map. */
    Map<?, ?> book(String gateway, String number) {
        return entry("orders", gateway, number);
    }

    /** What became of the notice of an order that was posted, or an empty map. */
    Map<?, ?> delivery(String gateway, String number) {
        return entry("notices", gateway, number);
    }

    /** What each connection through a door has brought. */
    Iterable<?> connections(Map<?, ?> door) {
        for (Object one : (Iterable<?>) page("doors").get("doors")) {
            Map<?, ?> it = (Map<?, ?>) one;
            if (it.get("https_url").equals(door.get("https_url"))) {
                return (Iterable<?>) it.get("connections");
            }
        }
        return Collections.emptyList();
    }

    private Map<?, ?> entry(String page, String gateway, String number) {
        for (Object entry : (Iterable<?>) page(page).get(page)) {
            Map<?, ?> order = (Map<?, ?>) entry;
            if (order.get("gateway").equals(gateway) && order.get("order").equals(number)) {
                return order;
            }
        }
        return new LinkedHashMap<>();
    }

    /** What an admin page says. */
    Map<?, ?> page(String page) {
        try (InputStream in = new URL(http() + "/_sandbox/" + page).openStream()) {
            return JsonReader.object(Repository.text(in));
        } catch (IOException gone) {
            throw new IllegalStateException(gone);
        }
    }
}
