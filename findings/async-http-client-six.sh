#!/usr/bin/env bash
# Belief: AsyncHttpClient repeats no POST by itself: it cannot know whether the first one was executed.
# Seen: where the server reads the POST and hangs up without an answer, also on a fresh connection, it sends it six times;
#   a connection that is reset gets one. setMaxRequestRetry(0) is the switch.
# Versions: async-http-client 3.0.2, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars org.asynchttpclient:async-http-client:3.0.2)
cat >Posts.java <<'JAVA'
import java.io.InputStream;
import java.net.*;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.asynchttpclient.*;

class Posts {
    static int posts(int retries, boolean reset) throws Exception {
        AtomicInteger posts = new AtomicInteger();
        try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"))) {
            Thread serving = new Thread(() -> {
                while (true) {
                    try (Socket connection = server.accept()) {
                        StringBuilder read = new StringBuilder();
                        for (InputStream in = connection.getInputStream(); !read.toString().endsWith("\r\n\r\na=1");) {
                            read.append((char) in.read());
                        }
                        posts.incrementAndGet();
                        connection.setSoLinger(reset, 0);
                    } catch (java.io.IOException closed) {
                        return;
                    }
                }
            });
            serving.setDaemon(true);
            serving.start();
            DefaultAsyncHttpClientConfig.Builder config = new DefaultAsyncHttpClientConfig.Builder();
            if (retries >= 0) config.setMaxRequestRetry(retries);
            try (AsyncHttpClient http = new DefaultAsyncHttpClient(config.build())) {
                http.preparePost("http://127.0.0.1:" + server.getLocalPort() + "/").setBody("a=1").execute().get(20, TimeUnit.SECONDS);
                throw new AssertionError("an answer");
            } catch (ExecutionException lost) {
                return posts.get();
            }
        }
    }

    public static void main(String[] none) throws Exception {
        System.out.println(posts(-1, false) + " " + posts(-1, true) + " " + posts(0, false));
        System.exit(0);
    }
}
JAVA
counts=$(java -cp "$path" Posts.java 2>/dev/null)
[ "$counts" = "6 1 1" ] || { echo "sent: $counts"; exit 1; }
echo "AsyncHttpClient sends a POST six times to a server that hangs up, once with setMaxRequestRetry(0)"
