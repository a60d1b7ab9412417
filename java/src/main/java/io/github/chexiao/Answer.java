package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Map;

/**
 * What to answer to a notification: this status, these headers, these bytes and no others, or the gateway repeats it. {@link JakartaServlet},
 * {@link JavaxServlet} and {@link SpringWeb} write it. Immutable.
 */
public final class Answer extends Document {
    private static final long serialVersionUID = 1;

    Answer(String json) {
        super(json);
    }

    /** @throws IllegalArgumentException naming the member that is not what it must be */
    static Answer ofJson(String json) {
        Answer answer = new Answer(json);
        answer.check(Long.class, "a number", Arrays.asList("status"), false);
        answer.check(String.class, "a text", Arrays.asList("body_base64"), false);
        answer.headers();
        answer.body();
        return answer;
    }

    @JsonCreator
    private static Answer ofMap(Map<String, Object> members) {
        return ofJson(JsonWriter.write(members));
    }

    /**
     * The HTTP status.
     *
     * @return such as 200, for a refusal too where the gateway has it so
     */
    public int status() {
        return number("status").intValue();
    }

    /**
     * The headers, Content-Type among them.
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

    /** For logs: without the body, which at ICBC holds a signature. */
    @Override
    public String toString() {
        return "Answer{" + status() + ", " + body().length + " bytes}";
    }
}
