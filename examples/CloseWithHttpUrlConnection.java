import io.github.chexiao.Call;
import io.github.chexiao.ChexiaoException;
import io.github.chexiao.Client;
import io.github.chexiao.HttpReply;
import io.github.chexiao.HttpRequest;
import io.github.chexiao.Next;
import io.github.chexiao.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URL;
import java.nio.file.Paths;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * For a program that has an HTTP client already: chexiao signs, the program sends, chexiao judges the reply. Java 8 and later.
 *
 * <pre>java -cp chexiao-0.2.0.jar:. CloseWithHttpUrlConnection wechat.json '{"out_trade_no":"1217752501201407033233368018"}' [CA-FILE]</pre>
 *
 * Prints the result as JSON. Exit code: 0 nothing is left to do, 10 + the outcome's number otherwise, 2 if nothing was sent. MONEY marks
 * every place where a wrong turn costs some.
 */
public final class CloseWithHttpUrlConnection {
    private static final int NOT_SENT = 2;
    private static final int UNKNOWN = 19;
    private static final int LARGEST_REPLY = 1 << 20;

    private CloseWithHttpUrlConnection() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println("usage: java CloseWithHttpUrlConnection CONFIG-FILE ORDER-JSON [CA-FILE]");
            System.exit(NOT_SENT);
        }
        SSLContext trusted = arguments.length < 3 ? SSLContext.getDefault() : trusting(arguments[2]);
        System.exit(close(arguments[0], arguments[1], trusted));
    }

    private static int close(String config, String order, SSLContext trusted) {
        try (Client client = Client.open(Paths.get(config))) {
            Call call = Call.ofJson("{\"operation\":\"close\",\"order\":" + order + "}");
            HttpRequest request = client.sign(call);
            HttpURLConnection connection = connect(request, trusted);
            // MONEY: write "close under way" and request.toJson() into the order book here. Who dies after the next line knows nothing, and
            // must query.
            return sendAndJudge(client, call, request, connection);
        } catch (ChexiaoException | IOException nothingWasSent) {
            System.err.println("nothing was sent: " + nothingWasSent.getMessage());
            return NOT_SENT;
        }
    }

    /** Connects and shakes hands: what fails in here has sent nothing of the order. */
    private static HttpURLConnection connect(HttpRequest request, SSLContext trusted) throws IOException {
        // MONEY: not the proxy that some property of the JVM happens to name.
        HttpURLConnection connection = (HttpURLConnection) new URL(request.url()).openConnection(Proxy.NO_PROXY);
        if (connection instanceof HttpsURLConnection) {
            ((HttpsURLConnection) connection).setSSLSocketFactory(trusted.getSocketFactory());
        }
        connection.setRequestMethod(request.method());
        request.headers().forEach(connection::setRequestProperty);
        // MONEY: where the connection ends before a reply, fresh or kept, HttpURLConnection sends a POST a second time by itself, and says
        // nothing of the first. With a body of fixed length it does not. (For code that cannot be changed: -Dsun.net.http.retryPost=false.)
        // Every close is a POST; some queries are a GET, which has no body and with one would become a POST.
        if (request.body().length > 0) {
            connection.setFixedLengthStreamingMode(request.body().length);
            connection.setDoOutput(true);
        }
        // MONEY: a redirect would carry the signed order to another host.
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout(5_000);
        connection.setReadTimeout(30_000);
        connection.connect();
        return connection;
    }

    private static int sendAndJudge(Client client, Call call, HttpRequest request, HttpURLConnection connection) {
        HttpReply reply;
        try {
            if (connection.getDoOutput()) {
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(request.body());
                }
            }
            reply = reply(connection);
        } catch (IOException lost) {
            // MONEY: a time-out or a reset may come after the gateway has closed the order. "Failed" would be a guess.
            System.err.println("the close may have happened: query before anything else (" + lost.getMessage() + ")");
            return UNKNOWN;
        }
        // MONEY: whatever the HTTP status and the body say, only verify knows whether they prove anything.
        Outcome outcome = client.verify(call, request, reply);
        System.out.println(outcome.toJson());
        return outcome.next() == Next.DONE ? 0 : 10 + outcome.code().number();
    }

    private static HttpReply reply(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        // From 400 on HttpURLConnection keeps the body elsewhere, and there may be none.
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return HttpReply.of(status, connection.getHeaderFields(), in == null ? new byte[0] : read(in));
        }
    }

    private static byte[] read(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
            body.write(buffer, 0, length);
            if (body.size() > LARGEST_REPLY) {
                throw new IOException("the reply is too large");
            }
        }
        return body.toByteArray();
    }

    /** Trusts the certificate authority of a PEM file, such as the sandbox's, and no other. */
    private static SSLContext trusting(String pem) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream in = new FileInputStream(pem)) {
            store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, factory.getTrustManagers(), null);
        return context;
    }
}
