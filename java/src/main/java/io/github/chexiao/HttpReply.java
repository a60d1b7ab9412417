package io.github.chexiao;

import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A reply, as your HTTP client received it: whatever the status, undecoded, not decompressed. Immutable. */
public final class HttpReply {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    private HttpReply(int status, Map<String, ? extends List<String>> headers, byte[] body) {
        this.status = status;
        this.headers = Headers.joined(headers);
        this.body = body == null ? new byte[0] : body.clone();
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
