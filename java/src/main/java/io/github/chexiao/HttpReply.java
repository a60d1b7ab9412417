package io.github.chexiao;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A reply, as your HTTP client received it: whatever the status, undecoded, not decompressed. Immutable. */
public final class HttpReply {
    private final int status;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final byte[] body;

    private HttpReply(int status, Map<String, ? extends List<String>> headers, byte[] body) {
        this.status = status;
        this.body = body == null ? new byte[0] : body.clone();
        if (headers != null) {
            headers.forEach(this::add);
        }
    }

    /**
     * A reply. It takes what HTTP clients give as it is, since the request is out: null headers or a null body are none, and the nameless
     * entry in which {@link java.net.HttpURLConnection} keeps the status line is passed over.
     *
     * @param status the HTTP status
     * @param headers every header with all its values, as HttpURLConnection, java.net.http and Spring have them
     * @param body the bytes of the body; copied
     * @return the reply
     */
    public static HttpReply of(int status, Map<String, ? extends List<String>> headers, byte[] body) {
        return new HttpReply(status, headers, body);
    }

    /** A header that comes twice becomes one, as HTTP has it. */
    private void add(String name, List<String> values) {
        if (name != null && values != null) {
            headers.merge(name, String.join(", ", values), (before, after) -> before + ", " + after);
        }
    }

    String toJson() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("status", status);
        members.put("headers", headers);
        members.put("body_base64", Base64.getEncoder().encodeToString(body));
        return JsonWriter.write(members);
    }

    /** For logs: without headers and body. */
    @Override
    public String toString() {
        return "HttpReply{" + status + ", " + body.length + " bytes}";
    }
}
