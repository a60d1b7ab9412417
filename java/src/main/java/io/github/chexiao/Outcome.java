package io.github.chexiao;

import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What happened to the order, as far as it is proven. Immutable; threads may share it. Two outcomes are equal if their JSON is.
 *
 * <p>{@link #next()} alone is enough to act on.
 */
public final class Outcome {
    /** For the moment in which the request may be out and the JVM has no memory left for what came back. */
    static final Outcome NO_MEMORY = new Outcome("{\"outcome\":\"unknown\",\"code\":9,\"next\":\"query\",\"retry\":\"after_query\","
            + "\"retry_after_ms\":null,\"confirm\":\"required\",\"evidence\":\"none\",\"sent\":\"maybe\",\"reason\":\"defect\","
            + "\"contradiction\":false,\"hint\":null,\"gateway\":{\"code\":null,\"sub_code\":null,\"status\":null,\"message\":null},"
            + "\"msg_id\":\"\",\"http_status\":null,\"elapsed_ms\":0,\"raw_base64\":\"\",\"explanation\":"
            + "{\"en\":\"No memory was left for the result; the close may have happened. Query the order.\","
            + "\"zh\":\"内存不足,无法取得结果,关闭可能已执行。请查询订单。\"}}");

    private final String json;
    private final Map<?, ?> members;

    Outcome(String json) {
        this.json = json;
        this.members = JsonReader.object(json);
    }

    /**
     * The outcome.
     *
     * @return {@link OutcomeCode#UNKNOWN} also for what this version does not know
     */
    public OutcomeCode code() {
        return OutcomeCode.of(text("outcome"));
    }

    /**
     * Closed now or before. Nothing to act on: only where {@link #next()} is {@link Next#DONE} is it settled.
     *
     * @return whether the code is {@link OutcomeCode#CLOSED} or {@link OutcomeCode#ALREADY_CLOSED}
     */
    public boolean isClosed() {
        return code() == OutcomeCode.CLOSED || code() == OutcomeCode.ALREADY_CLOSED;
    }

    /**
     * What to do next.
     *
     * @return what to do; {@link Next#QUERY} of an outcome that this version does not know
     */
    public Next next() {
        return code() == OutcomeCode.UNKNOWN ? Next.QUERY : Next.of(text("next"));
    }

    /**
     * Whether the same call may be sent again.
     *
     * @return whether, and when
     */
    public Retry retry() {
        return Retry.of(text("retry"));
    }

    /**
     * How long to wait before that.
     *
     * @return milliseconds, where the gateway says so
     */
    public OptionalLong retryAfterMs() {
        Long milliseconds = number("retry_after_ms");
        return milliseconds == null ? OptionalLong.empty() : OptionalLong.of(milliseconds);
    }

    /**
     * Whether a query should confirm it.
     *
     * @return whether
     */
    public Confirm confirm() {
        return Confirm.of(text("confirm"));
    }

    /**
     * What it rests on.
     *
     * @return the evidence
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
     * Why it is unknown.
     *
     * @return timeout, interrupted, reset, truncated, redirect, http_NNN, head, too_large, encoding, charset, parse, signature, mismatch, contradiction, unlisted,
     *     input or defect; later versions may have more
     */
    public Optional<String> reason() {
        return Optional.ofNullable(text("reason"));
    }

    /**
     * Whether two fields of the reply disagree.
     *
     * @return whether
     */
    public boolean contradiction() {
        return Boolean.TRUE.equals(members.get("contradiction"));
    }

    /**
     * What the reply points to without proving it. Never closed.
     *
     * @return empty if it points nowhere
     */
    public Optional<OutcomeCode> hint() {
        return Optional.ofNullable(text("hint")).map(OutcomeCode::of);
    }

    /**
     * The gateway's own words.
     *
     * @return for people and logs
     */
    public GatewayWords gateway() {
        return new GatewayWords((Map<?, ?>) members.get("gateway"));
    }

    /**
     * The id of this call: the gateway's message id where it has one, else the nonce or the caller's own id.
     *
     * @return empty only if it is not known
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
     * From the start of the call to the outcome.
     *
     * @return milliseconds; 0 from {@link Client#verify}
     */
    public long elapsedMs() {
        return number("elapsed_ms");
    }

    /**
     * The reply body as it came. It may hold order data.
     *
     * @return a new array each time; empty if no reply came
     */
    public byte[] raw() {
        return Base64.getDecoder().decode(text("raw_base64"));
    }

    /**
     * What happened and what to do, in a sentence.
     *
     * @param locale Chinese for any Chinese locale, else English
     * @return the sentence
     */
    public String explanation(Locale locale) {
        boolean chinese = Locale.CHINESE.getLanguage().equals(locale.getLanguage());
        return (String) ((Map<?, ?>) members.get("explanation")).get(chinese ? "zh" : "en");
    }

    /**
     * The result as JSON, with every key, always: for storing, or for a mapper of your choice.
     *
     * @return the document as the library made it; it holds the reply body
     */
    public String toJson() {
        return json;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Outcome && json.equals(((Outcome) other).json);
    }

    @Override
    public int hashCode() {
        return json.hashCode();
    }

    /** For logs: without the gateway's words and the reply body, which may hold order data. */
    @Override
    public String toString() {
        String why = reason().map(reason -> ", reason=" + reason).orElse("");
        return Line.of("Outcome{" + text("outcome") + ", evidence=" + text("evidence") + why + ", msg_id=" + msgId() + "}");
    }

    private String text(String member) {
        return (String) members.get(member);
    }

    private Long number(String member) {
        return (Long) members.get(member);
    }
}
