#!/usr/bin/env bash
# Belief: HttpRequest.timeout of java.net.http bounds the whole exchange, as send gives back nothing before the body is
#   there: a gateway that stalls in the middle of its reply is HttpTimeoutException in time.
# Seen: it ends with the headers. A body that takes three times as long is waited for, without an error; one that never
#   ends would be waited for as long. What bounds it is sendAsync(…).orTimeout, or get with a time.
# Versions: Java 17 and 25.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
cat >Slow.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.*;
import java.net.http.*;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.*;

class Slow {
    static final HttpClient HTTP = HttpClient.newHttpClient();

    static HttpRequest post(HttpServer server, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path))
                .timeout(Duration.ofSeconds(1)).POST(HttpRequest.BodyPublishers.ofString("a=1")).build();
    }

    static void pause() {
        try {
            Thread.sleep(3000);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    public static void main(String[] none) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestURI().getPath().equals("/headers")) pause();
            exchange.sendResponseHeaders(200, 6);
            exchange.getResponseBody().write("clo".getBytes());
            exchange.getResponseBody().flush();
            if (exchange.getRequestURI().getPath().equals("/body")) pause();
            exchange.getResponseBody().write("sed".getBytes());
            exchange.close();
        });
        server.start();
        System.out.println(body(() -> HTTP.send(post(server, "/headers"), BodyHandlers.ofString())));
        System.out.println(body(() -> HTTP.send(post(server, "/body"), BodyHandlers.ofString())));
        System.out.println(body(() -> HTTP.sendAsync(post(server, "/body"), BodyHandlers.ofString()).orTimeout(1, TimeUnit.SECONDS).get()));
        System.exit(0);
    }

    static String body(Callable<HttpResponse<String>> call) throws Exception {
        try {
            return call.call().body();
        } catch (HttpTimeoutException | ExecutionException late) {
            return "timeout";
        }
    }
}
JAVA
seen=$(java Slow.java)
[ "$seen" = $'timeout\nclosed\ntimeout' ] || { echo "$seen"; exit 1; }
echo "the timeout of java.net.http ends with the headers, and a body may take as long as it likes"
