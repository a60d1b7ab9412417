package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A signed request, for a program that sends it with its own HTTP client: these bytes, these headers, once. Other bytes or headers break
 * the signature. Immutable.
 */
public final class HttpRequest extends Document {
    private static final long serialVersionUID = 1;

    private HttpRequest(String json) {
        super(json);
        Arrays.asList("method", "url", "msg_id", "body_base64").forEach(this::text);
        headers();
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

    @JsonCreator
    private static HttpRequest ofMap(Map<String, Object> members) {
        return ofJson(JsonWriter.write(members));
    }

    /**
     * The HTTP method.
     *
     * @return {@code POST}
     */
    public String method() {
        return text("method");
    }

    /**
     * Where to send it.
     *
     * @return an absolute URL
     */
    public String url() {
        return text("url");
    }

    /**
     * The headers to send, Content-Type among them. Whatever your HTTP client adds, such as Host and Content-Length, does no harm.
     *
     * @return names and values; not to be changed
     */
    public Map<String, String> headers() {
        if (!(members.get("headers") instanceof Map)) {
            throw new IllegalArgumentException("headers is no object");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        ((Map<?, ?>) members.get("headers")).forEach((name, value) -> headers.put((String) name, text((String) name, value)));
        return Collections.unmodifiableMap(headers);
    }

    /**
     * The body.
     *
     * @return a new array each time
     */
    public byte[] body() {
        return Base64.getDecoder().decode(text("body_base64"));
    }

    /**
     * The id of this call.
     *
     * @return as in {@link Outcome#msgId()}
     */
    public String msgId() {
        return text("msg_id");
    }

    /** For logs: without headers and body, which hold the signature and the order. */
    @Override
    public String toString() {
        return Line.of("HttpRequest{" + method() + " " + url() + ", msg_id=" + msgId() + "}");
    }

    private String text(String name) {
        return text(name, members.get(name));
    }

    private static String text(String name, Object value) {
        if (value instanceof String) {
            return (String) value;
        }
        throw new IllegalArgumentException(Line.of(name) + " is no text");
    }
}
