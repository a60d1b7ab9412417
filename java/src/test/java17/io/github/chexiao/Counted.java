package io.github.chexiao;

import java.util.Arrays;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** How many requests one call makes, on a server that reads them, acts, and does not answer. */
final class Counted {
    private Counted() {}

    /** "fresh kept busy moved": on a fresh connection and on a kept one that ends unanswered, and answered with 503 and 307. A session for each. */
    static String of(Supplier<HttpClients.Session> client) throws Exception {
        byte[] well = HangingServer.reply("200 OK", "", new byte[] {'1'});
        byte[] unwell = HangingServer.reply("503 Service Unavailable", "", new byte[] {'1'});
        byte[] elsewhere = HangingServer.reply("307 Temporary Redirect", "Location: /elsewhere\r\n", new byte[] {'1'});
        int fresh = requests(client.get(), 0, number -> null);
        int kept = requests(client.get(), 1, number -> number == 1 ? well : null);
        int busy = requests(client.get(), 0, number -> unwell);
        int moved = requests(client.get(), 0, number -> number == 1 ? elsewhere : well);
        return fresh + " " + kept + " " + busy + " " + moved;
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
    private static int requests(HttpClients.Session session, int answered, IntFunction<byte[]> answer) throws Exception {
        try (HangingServer server = new HangingServer((number, received) -> answer.apply(number))) {
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
            if (replied != (answer.apply(answered + 1) != null)) {
                throw new IllegalStateException(replied ? "a reply came from nowhere" : "the reply did not come");
            }
            return server.requests() - answered;
        }
    }
}
