package io.github.chexiao;

import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A notification, as your web server received it: the bytes of the body, neither decoded nor parsed. Immutable.
 *
 * <p>{@link JakartaServlet}, {@link JavaxServlet} and {@link SpringWeb} make one of what these have; {@link #of} does from anything else.
 */
public final class Incoming {
    /** One byte more than the library reads, so that it sees when there are more. */
    static final int MOST = (1 << 20) + 1;

    private final String url;
    private final Map<String, String> headers;
    private final byte[] body;
    private final Map<String, String> expect;

    private Incoming(String url, Map<String, String> headers, byte[] body, Map<String, String> expect) {
        this.url = url;
        this.headers = headers;
        this.body = body;
        this.expect = expect;
    }

    /**
     * What was received. It takes what web servers give as it is: null headers or a null body are none.
     *
     * @param headers every header with all its values
     * @param body the bytes of the body; copied, as far as the library reads (1 MiB)
     * @return the notification
     */
    public static Incoming of(Map<String, ? extends List<String>> headers, byte[] body) {
        byte[] copy = body == null ? new byte[0] : Arrays.copyOf(body, Math.min(body.length, MOST));
        return new Incoming(null, Headers.joined(headers), copy, Collections.emptyMap());
    }

    /**
     * The same with the address that it was posted to.
     *
     * @param url for people: nothing rests on it
     * @return another
     */
    public Incoming url(String url) {
        return new Incoming(Objects.requireNonNull(url, "url"), headers, body, expect);
    }

    /**
     * The same with what you know of the order. A notification in which that is not so, or not there, is a {@code mismatch}: to be given at YSEPay,
     * where no field names the merchant.
     *
     * @param expect by the names of {@link Notice#order()} and {@link Notice#fields()}, or {@code amount}; copied
     * @return another
     */
    public Incoming expect(Map<String, String> expect) {
        Map<String, String> copy = new LinkedHashMap<>();
        expect.forEach((name, text) -> copy.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(text, name)));
        return new Incoming(url, headers, body, copy);
    }

    String toJson() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("url", url);
        members.put("headers", headers);
        members.put("body_base64", Base64.getEncoder().encodeToString(body));
        members.put("expect", expect);
        return JsonWriter.write(members);
    }

    /** For logs: without headers, body and expectations. */
    @Override
    public String toString() {
        return "Incoming{" + body.length + " bytes}";
    }
}
