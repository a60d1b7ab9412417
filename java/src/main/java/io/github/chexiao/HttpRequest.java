package io.github.chexiao;

import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A signed request, for a program that sends it with its own HTTP client: these bytes, these headers, once. Other bytes or headers break
 * the signature. Immutable.
 */
public final class HttpRequest {
    private final String json;
    private final String method;
    private final String url;
    private final String msgId;
    private final String body;
    private final Map<String, String> headers;

    private HttpRequest(String json) {
        Map<?, ?> members = JsonReader.object(json);
        this.json = json;
        this.method = text(members, "method");
        this.url = text(members, "url");
        this.msgId = text(members, "msg_id");
        this.body = text(members, "body_base64");
        this.headers = headers(members.get("headers"));
        body();
    }

    /**
     * The request that {@link #toJson()} gave: a program that writes it down before it sends can still have the reply judged after a restart.
     *
     * @param json what {@link #toJson()} gave
     * @return the same request
     * @throws IllegalArgumentException if it is not that; what was sent is as unknown as before
     */
    public static HttpRequest ofJson(String json) {
        for (int at = 0; at < json.length(); at++) {
            if (Utf8.isLone(json, at)) {
                throw new IllegalArgumentException("holds half of a surrogate pair at index " + at);
            }
        }
        return new HttpRequest(json);
    }

    /**
     * The HTTP method.
     *
     * @return {@code POST}
     */
    public String method() {
        return method;
    }

    /**
     * Where to send it.
     *
     * @return an absolute URL
     */
    public String url() {
        return url;
    }

    /**
     * The headers to send, Content-Type among them. Whatever your HTTP client adds, such as Host and Content-Length, does no harm.
     *
     * @return names and values; not to be changed
     */
    public Map<String, String> headers() {
        return headers;
    }

    /**
     * The body.
     *
     * @return a new array each time
     */
    public byte[] body() {
        return Base64.getDecoder().decode(body);
    }

    /**
     * The id of this call.
     *
     * @return as in {@link Outcome#msgId()}
     */
    public String msgId() {
        return msgId;
    }

    /**
     * The request as JSON. It holds the order and the signature.
     *
     * @return {@code {"method","url","headers","body_base64","msg_id"}}
     */
    public String toJson() {
        return json;
    }

    /** For logs: without headers and body, which hold the signature and the order. */
    @Override
    public String toString() {
        return Line.of("HttpRequest{" + method + " " + url + ", msg_id=" + msgId + "}");
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String) {
            return (String) members.get(name);
        }
        throw new IllegalArgumentException(name + " is no text");
    }

    private static Map<String, String> headers(Object value) {
        if (!(value instanceof Map)) {
            throw new IllegalArgumentException("headers is no object");
        }
        Map<?, ?> members = (Map<?, ?>) value;
        Map<String, String> headers = new LinkedHashMap<>();
        for (Object name : members.keySet()) {
            headers.put((String) name, text(members, (String) name));
        }
        return Collections.unmodifiableMap(headers);
    }
}
