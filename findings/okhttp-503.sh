#!/usr/bin/env bash
# Belief: retryOnConnectionFailure(false) and followRedirects(false) make OkHttp send a POST once, whatever the answer.
# Seen: an answer 503 with "Retry-After: 0" is followed by the same POST at once, both switches off; only a body that
#   says isOneShot() is sent once. A proxy that gives up waiting for a close that goes on answers like that.
# Versions: OkHttp 5.3.2 (jvm) and 4.12.0, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
cat >Posts.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.*;

class Posts {
    public static void main(String[] none) throws Exception {
        AtomicInteger posts = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            posts.incrementAndGet();
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("Retry-After", exchange.getRequestURI().getPath().substring(1));
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        OkHttpClient http = new OkHttpClient.Builder().retryOnConnectionFailure(false).followRedirects(false).build();
        StringBuilder counts = new StringBuilder();
        for (boolean oneShot : new boolean[] {false, true}) {
            for (String seconds : new String[] {"1", "0"}) {
                RequestBody body = new RequestBody() {
                    @Override public MediaType contentType() { return null; }
                    @Override public long contentLength() { return 3; }
                    @Override public void writeTo(okio.BufferedSink sink) throws java.io.IOException { sink.writeUtf8("a=1"); }
                    @Override public boolean isOneShot() { return oneShot; }
                };
                String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/" + seconds;
                posts.set(0);
                http.newCall(new Request.Builder().url(url).post(body).build()).execute().close();
                counts.append(posts.get()).append(' ');
            }
        }
        System.out.println(counts.toString().trim());
        System.exit(0);
    }
}
JAVA
for package in okhttp-jvm:5.3.2 okhttp:4.12.0; do
    path=$(jars com.squareup.okhttp3:$package)
    counts=$(java -cp "$path" Posts.java)
    [ "$counts" = "1 2 1 1" ] || { echo "$package: $counts"; exit 1; }
done
echo "OkHttp sends a POST again after 503 with Retry-After: 0, its switches off; not if isOneShot"
