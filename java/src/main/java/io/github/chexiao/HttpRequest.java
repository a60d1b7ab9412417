package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Map;

/**
 * A signed request, for a program that sends it with its own HTTP client: these bytes, these headers, once. Other bytes or headers break
 * the signature. Immutable.
 */
public final class HttpRequest extends Document {
    private static final long serialVersionUID = 1;

    private HttpRequest(String json) {
        super(json);
        for (String name : Arrays.asList("method", "url", "msg_id", "body_base64")) {
            if (!(members.get(name) instanceof String)) {
                throw new IllegalArgumentException(name + " is no text");
            }
        }
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
     * @return {@code POST}, or {@code GET}, which has no body; {@code SIGN} of what a front end pays with, which is not sent
     */
    public String method() {
        return text("method");
    }

    /**
     * Where to send it.
     *
     * @return an absolute URL; empty where nothing is to be sent
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
        return texts("headers");
    }

    /**
     * The body.
     *
     * @return a new array each time
     */
    public byte[] body() {
        return bytes("body_base64");
    }

    /**
     * The id of this call.
     *
     * @return as in {@link Outcome#msgId()}
     */
    public String msgId() {
        return text("msg_id");
    }

    /** For logs: without headers, body and the query of the URL, which hold the signature and the order. */
    @Override
    public String toString() {
        return Line.of("HttpRequest{" + method() + " " + url().split("\\?", 2)[0] + ", msg_id=" + msgId() + "}");
    }
}
