#!/usr/bin/env bash
# Belief: HttpURLConnection in streaming mode gives back an answer 401 like any other status: getResponseCode, then
#   getErrorStream with the body.
# Seen: the status is there and the body is not: getErrorStream is null for 401 and 407 (400 and 403 have theirs), also
#   without WWW-Authenticate. What the gateway wrote there, why it takes no token, is lost.
# Versions: Java 17 and 25.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
cat >Refused.java <<'JAVA'
import com.sun.net.httpserver.HttpServer;
import java.io.InputStream;
import java.net.*;

class Refused {
    static String body(int port, int status, boolean streaming) throws Exception {
        HttpURLConnection post = (HttpURLConnection) URI.create("http://127.0.0.1:" + port + "/" + status).toURL().openConnection();
        post.setDoOutput(true);
        if (streaming) post.setFixedLengthStreamingMode(3);
        post.getOutputStream().write("a=1".getBytes());
        if (post.getResponseCode() != status) throw new AssertionError(post.getResponseCode());
        InputStream body = post.getErrorStream();
        return body == null ? "none" : new String(body.readAllBytes());
    }

    public static void main(String[] none) throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(Integer.parseInt(exchange.getRequestURI().getPath().substring(1)), 3);
            exchange.getResponseBody().write("why".getBytes());
            exchange.close();
        });
        server.start();
        for (int status : new int[] {400, 401, 403, 407}) {
            System.out.print(body(server.getAddress().getPort(), status, false) + "/" + body(server.getAddress().getPort(), status, true) + " ");
        }
        System.exit(0);
    }
}
JAVA
seen=$(java Refused.java)
[ "$seen" = "why/why why/none why/why why/none " ] || { echo "$seen"; exit 1; }
echo "HttpURLConnection loses the body of 401 and 407 where the length of the request is fixed"
