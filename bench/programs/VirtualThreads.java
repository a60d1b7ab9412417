import com.sun.net.httpserver.HttpServer;
import io.github.chexiao.Call;
import io.github.chexiao.Client;
import io.github.chexiao.Outcome;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * VirtualThreads FOLDER: as many closes at once as a line says, each on a virtual thread, while a page of the same JVM is asked for again and
 * again. Answers with the milliseconds that all took, and those of the slowest page.
 */
public class VirtualThreads {
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/ping", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        HttpRequest ping = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/ping")).build();
        try (Client client = Client.open(folder.resolve("config.json")); HttpClient browser = HttpClient.newHttpClient()) {
            Call call = Call.ofJson(Files.readString(folder.resolve("call.json")));
            BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in));
            for (String line; (line = tasks.readLine()) != null;) {
                System.out.println(round(client, call, Integer.parseInt(line), browser, ping));
            }
        }
        server.stop(0);
    }

    private static String round(Client client, Call call, int closes, HttpClient browser, HttpRequest ping) throws Exception {
        CountDownLatch left = new CountDownLatch(closes);
        List<Future<Outcome>> outcomes = new ArrayList<>();
        double all, slowest = 0;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            long begun = System.nanoTime();
            Future<Double> ended = threads.submit(() -> {
                left.await();
                return milliseconds(begun);
            });
            for (int i = 0; i < closes; i++) {
                outcomes.add(threads.submit(() -> {
                    try {
                        return client.send(call);
                    } finally {
                        left.countDown();
                    }
                }));
            }
            while (!ended.isDone()) {
                long asked = System.nanoTime();
                browser.send(ping, HttpResponse.BodyHandlers.discarding());
                slowest = Math.max(slowest, milliseconds(asked));
                Thread.sleep(2);
            }
            all = ended.get();
        }
        for (Future<Outcome> outcome : outcomes) {
            if (!outcome.get().isClosed()) {
                throw new IllegalStateException(outcome.get().toString());
            }
        }
        return String.format(Locale.ROOT, "%.1f %.1f", all, slowest);
    }

    private static double milliseconds(long since) {
        return (System.nanoTime() - since) / 1e6;
    }
}
