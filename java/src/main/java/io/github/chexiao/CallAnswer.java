package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a gateway has answered to a call of any of its APIs. Immutable; threads may share it.
 *
 * <p>Never an outcome about an order: what the API's codes mean is on the gateway's page.
 */
public final class CallAnswer extends Document {
    private static final long serialVersionUID = 1;

    /** For the moment in which the request may be out and the JVM has no memory left for what came back. */
    static final CallAnswer NO_MEMORY = new CallAnswer("{\"code\":9,\"verified\":null,\"evidence\":\"none\",\"sent\":\"maybe\","
            + "\"reason\":\"defect\",\"gateway\":{\"code\":null,\"sub_code\":null,\"status\":null,\"message\":null},"
            + "\"msg_id\":\"\",\"http_status\":null,\"elapsed_ms\":0,\"file\":null,\"raw_base64\":\"\",\"explanation\":"
            + "{\"en\":\"No memory was left for the answer; the call may have been executed.\","
            + "\"zh\":\"内存不足，无法取得应答，调用可能已执行。\"}}");

    CallAnswer(String json) {
        super(json);
    }

    /**
     * The answer that {@link #toJson()} gave, for a program that keeps it. What it says is worth as much as the place where it was kept.
     *
     * @param json what {@link #toJson()} gave, of this version or another
     * @return the same answer
     * @throws IllegalArgumentException if it is not that, naming the member
     */
    public static CallAnswer ofJson(String json) {
        CallAnswer answer = new CallAnswer(json);
        answer.check(String.class, "a text", Arrays.asList("evidence", "sent", "msg_id", "raw_base64"), false);
        answer.check(String.class, "a text or null", Arrays.asList("reason"), true);
        answer.check(Long.class, "a number", Arrays.asList("code", "elapsed_ms"), false);
        answer.check(Long.class, "a number or null", Arrays.asList("http_status"), true);
        answer.check(Map.class, "an object or null", Arrays.asList("verified"), true);
        if (answer.members.get("file") != null) {
            answer.check(Map.class, "an object", Arrays.asList("file"), false);
            answer.file();
        }
        answer.check(Map.class, "an object", Arrays.asList("gateway", "explanation"), false);
        answer.verified();
        GatewayWords.ofJson(answer.gateway().toJson());
        answer.raw();
        answer.checkExplanation();
        return answer;
    }

    @JsonCreator
    private static CallAnswer ofMap(Map<String, Object> members) {
        return ofJson(JsonWriter.write(members));
    }

    /**
     * Whether the gateway's own proof stands behind it: its signature or, where it signs nothing, TLS and the echo of this call. If not,
     * the call may have been executed, and nothing is proven.
     *
     * @return whether {@code code} is 0, not 9; an answer that was kept and has no evidence that this version knows is not
     */
    public boolean isAuthentic() {
        return Long.valueOf(0).equals(members.get("code")) && members.get("verified") != null && evidence() != Evidence.NONE;
    }

    /**
     * Every field that the proof covers: texts as they read; numbers, lists and objects as they were written.
     *
     * @return the fields, unmodifiable; empty where nothing is proven
     */
    public Optional<Map<String, String>> verified() {
        return isAuthentic() ? Optional.of(texts("verified")) : Optional.empty();
    }

    /**
     * One verified field.
     *
     * @param name the gateway's own name
     * @return its text
     */
    public Optional<String> field(String name) {
        return verified().map(fields -> fields.get(name));
    }

    /**
     * What stands behind it.
     *
     * @return the evidence; only {@link Evidence#SIGNED_BOUND} names the order that was asked about
     */
    public Evidence evidence() {
        return Evidence.of(text("evidence"));
    }

    /**
     * Whether a whole HTTP reply came back. If not, the request may still have been handled.
     *
     * @return whether {@code sent} is {@code answered}, not {@code maybe}
     */
    public boolean answered() {
        return "answered".equals(text("sent"));
    }

    /**
     * Why nothing is proven.
     *
     * @return a word as of {@link Outcome#reason()}; empty if it is authentic
     */
    public Optional<String> reason() {
        return Optional.ofNullable(text("reason"));
    }

    /**
     * The gateway's own words. Trust them as far as the evidence goes.
     *
     * @return the words
     */
    public GatewayWords gateway() {
        return new GatewayWords(JsonWriter.write(members.get("gateway")));
    }

    /**
     * The id of this call: the gateway's message id where it has one, else the nonce or the caller's own id.
     *
     * @return the id
     */
    public String msgId() {
        return text("msg_id");
    }

    /**
     * The HTTP status.
     *
     * @return empty if no reply came
     */
    public OptionalInt httpStatus() {
        Long status = number("http_status");
        return status == null ? OptionalInt.empty() : OptionalInt.of(status.intValue());
    }

    /**
     * From the start of the call to the answer.
     *
     * @return milliseconds; 0 from {@code verifyCall}
     */
    public long elapsedMs() {
        return number("elapsed_ms");
    }

    /**
     * The file of a {@link Client#download}: whole, on the disk, under its own name.
     *
     * @return its path; empty where there is no file, and then nothing is left of it on the disk either
     */
    public Optional<Path> file() {
        Object file = members.get("file");
        if (file == null) {
            return Optional.empty();
        }
        Object path = ((Map<?, ?>) file).get("path");
        if (!(path instanceof String)) {
            throw new IllegalArgumentException("file.path: must be a text");
        }
        return Optional.of(Paths.get((String) path));
    }

    /**
     * The reply body as it came: a bill, say, which no gateway signs. Empty where the reply is the file that was downloaded.
     *
     * @return a new array each time
     */
    public byte[] raw() {
        return bytes("raw_base64");
    }

    /**
     * What happened and what to do, for people.
     *
     * @param locale Chinese, or else English
     * @return one sentence or two
     */
    public String explanation(Locale locale) {
        return explained(locale);
    }

    /** For logs: without the fields, the gateway's words and the body. */
    @Override
    public String toString() {
        return Line.of("CallAnswer{" + members.get("code") + reason().map(why -> ", reason " + why).orElse("") + ", evidence "
                + text("evidence") + ", msg_id " + msgId() + "}");
    }
}
