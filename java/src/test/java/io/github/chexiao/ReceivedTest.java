package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is left of a body: a mistake of the program is an error, what strangers do is not. */
class ReceivedTest {
    private static final Map<String, String[]> PARSED = Collections.singletonMap("a", new String[] {"1"});

    @Test
    void aFormThatTheProgramHasParsedIsAnError() {
        CallException gone = assertThrows(CallException.class, () -> received("application/x-www-form-urlencoded", "", 3));
        assertEquals("body", gone.field().get());
        assertThrows(CallException.class, () -> received("application/x-www-form-urlencoded", "a=", 3));
        assertThrows(CallException.class, () -> received("text/plain", "", -1));
    }

    @Test
    void aFormWithFilesThatTheContainerHasParsedIsWhatIsLeft() throws IOException {
        for (String type : new String[] {"multipart/form-data; boundary=x", "Multipart/Mixed", " multipart/form-data"}) {
            assertEquals("", left(received(type, "", 300)));
            assertEquals("--x", left(received(type, "--x", -1)));
        }
    }

    @Test
    void aConnectionThatBreaksIsWhatCame() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("Connection reset");
            }
        };
        InputStream in = new SequenceInputStream(new ByteArrayInputStream("a=1&".getBytes(UTF_8)), broken);
        assertEquals("a=1&", left(Received.incoming(headers("text/plain", 9), () -> in, Collections::emptyMap, null)));
    }

    private static Incoming received(String type, String left, int length) throws IOException {
        return Received.incoming(headers(type, length), () -> new ByteArrayInputStream(left.getBytes(UTF_8)), () -> PARSED, null);
    }

    private static String left(Incoming incoming) {
        return new String(Base64.getDecoder().decode((String) JsonReader.object(incoming.toJson()).get("body_base64")), UTF_8);
    }

    private static Map<String, List<String>> headers(String type, int length) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put("content-type", Collections.singletonList(type));
        if (length >= 0) {
            headers.put("content-length", Collections.singletonList(Integer.toString(length)));
        }
        return headers;
    }
}
