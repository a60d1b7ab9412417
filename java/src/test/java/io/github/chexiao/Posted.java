package io.github.chexiao;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.Base64;
import java.util.Map;

/** A POST, and what came back: of a probe, the message that its web server would hand over, or the error. */
final class Posted {
    final int status;
    final String contentType;
    final byte[] body;

    private Posted(int status, String contentType, byte[] body) {
        this.status = status;
        this.contentType = contentType;
        this.body = body;
    }

    /** @param chunked without Content-Length */
    static Posted to(String url, String contentType, byte[] body, boolean chunked) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setReadTimeout(30_000);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", contentType);
        if (chunked) {
            connection.setChunkedStreamingMode(0);
        } else {
            connection.setFixedLengthStreamingMode(body.length);
        }
        connection.getOutputStream().write(body);
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return new Posted(status, connection.getContentType(), in == null ? new byte[0] : Repository.bytes(in));
        }
    }

    Map<?, ?> json() {
        return JsonReader.object(Utf8.text(body));
    }

    /** The message, as it was received. */
    Incoming incoming() {
        return Sandbox.incoming(json());
    }

    /** The body that the web server handed over. */
    byte[] received() {
        return Base64.getDecoder().decode((String) json().get("body_base64"));
    }

    /** What a probe answers. */
    static String probed(Probe probe) throws IOException {
        try {
            return probe.incoming().toJson();
        } catch (ChexiaoException error) {
            return error.toJson();
        }
    }

    interface Probe {
        Incoming incoming() throws IOException;
    }
}
