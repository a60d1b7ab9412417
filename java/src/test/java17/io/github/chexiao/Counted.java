package io.github.chexiao;

import java.util.Arrays;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How many requests one call makes, on a server that reads them, acts, and does not answer. */
final class Counted {
    private Counted() {}

    /** "fresh kept busy": on a fresh connection and on a kept one that ends unanswered, and answered with 503. A session for each. */
    static String of(Supplier<HttpClients.Session> client) throws Exception {
        int fresh = requests(client.get(), 0, (number, received) -> null);
        int kept = requests(client.get(), 1, (number, received) -> number == 1 ? HangingServer.reply("200 OK", "", new byte[] {'1'}) : null);
        int busy = requests(client.get(), 0, (number, received) -> HangingServer.reply("503 Service Unavailable", "", new byte[] {'1'}));
        return fresh + " " + kept + " " + busy;
    }

    /** Prints what the clients named make of it, without and with their switch: for a JVM with another class path. */
    public static void main(String[] names) {
        System.out.println(Arrays.stream(names).map(HttpClients::valueOf).map(Counted::both).collect(Collectors.joining(" and ")));
        System.exit(0);
    }

    private static String both(HttpClients client) {
        try {
            return of(client::plain) + ", " + of(client::once);
        } catch (Exception broken) {
            throw new IllegalStateException(broken);
        }
    }

    /** Of the call that follows so many that are answered. */
    private static int requests(HttpClients.Session session, int answered, BiFunction<Integer, HangingServer.Received, byte[]> answer) throws Exception {
        try (HangingServer server = new HangingServer(answer)) {
            String json = "{\"method\":\"POST\",\"url\":\"http://127.0.0.1:" + server.port() + "/\",\"headers\":{\"Content-Type\":\"text/xml\","
                    + "\"Accept-Encoding\":\"identity\"},\"body_base64\":\"MTIz\",\"msg_id\":\"m\"}";
            for (int call = 0; call < answered; call++) {
                session.post(HttpRequest.ofJson(json));
            }
            boolean replied = true;
            try {
                session.post(HttpRequest.ofJson(json));
            } catch (Exception lost) {
                replied = false;
            }
            if (replied != (answer.apply(answered + 1, null) != null)) {
                throw new IllegalStateException(replied ? "a reply came from nowhere" : "the reply did not come");
            }
            return server.requests() - answered;
        }
    }
}
