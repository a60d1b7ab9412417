package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What happened to the order, as far as it is proven. Immutable; threads may share it.
 *
 * <p>{@link #next()} alone is enough to act on.
 */
public final class Outcome extends Document {
    private static final long serialVersionUID = 1;

    /** For the moment in which the request may be out and the JVM has no memory left for what came back. */
    static final Outcome NO_MEMORY = new Outcome("{\"outcome\":\"unknown\",\"code\":9,\"next\":\"query\",\"retry\":\"after_query\","
            + "\"retry_after_ms\":null,\"confirm\":\"required\",\"evidence\":\"none\",\"sent\":\"maybe\",\"reason\":\"defect\","
            + "\"contradiction\":false,\"hint\":null,\"gateway\":{\"code\":null,\"sub_code\":null,\"status\":null,\"message\":null},"
            + "\"msg_id\":\"\",\"http_status\":null,\"elapsed_ms\":0,\"raw_base64\":\"\",\"explanation\":"
            + "{\"en\":\"No memory was left for the result; the close may have happened. Query the order.\","
            + "\"zh\":\"内存不足，无法取得结果，关闭可能已执行。请查询订单。\"}}");

    /** The same of a refund, which is asked about by its own number. */
    static final Outcome NO_MEMORY_OF_REFUND = new Outcome(NO_MEMORY.toJson()
            .replace("\"query\"", "\"refund_query\"")
            .replace("the close may have happened. Query the order.",
                    "the refund may have happened. Ask by `refund_query`; never refund under another number.")
            .replace("关闭可能已执行。请查询订单。", "退款可能已执行。请用 `refund_query` 查询，切勿换号再退。"));

    private static final List<String> TEXTS = Arrays.asList("outcome", "next", "retry", "confirm", "evidence", "sent", "msg_id", "raw_base64");
    private static final List<String> TEXTS_OR_NULL = Arrays.asList("reason", "hint");
    private static final List<String> NUMBERS = Arrays.asList("code", "elapsed_ms");
    private static final List<String> NUMBERS_OR_NULL = Arrays.asList("retry_after_ms", "http_status");

    Outcome(String json) {
        super(json);
    }

    static Outcome noMemory(Call call) {
        return call.isOfRefund() ? NO_MEMORY_OF_REFUND : NO_MEMORY;
    }

    /**
     * The outcome that {@link #toJson()} gave, for a program that keeps it. What it says is worth as much as the place where it was kept.
     *
     * @param json what {@link #toJson()} gave, of this version or another
     * @return the same outcome
     * @throws IllegalArgumentException if it is not that, naming the member
     */
    public static Outcome ofJson(String json) {
        Outcome outcome = new Outcome(json);
        outcome.check(String.class, "a text", TEXTS, false);
        outcome.check(String.class, "a text or null", TEXTS_OR_NULL, true);
        outcome.check(Long.class, "a number", NUMBERS, false);
        outcome.check(Long.class, "a number or null", NUMBERS_OR_NULL, true);
        outcome.check(Boolean.class, "true or false", Arrays.asList("contradiction"), false);
        outcome.check(Map.class, "an object", Arrays.asList("gateway", "explanation"), false);
        GatewayWords.ofJson(outcome.gateway().toJson());
        outcome.raw();
        outcome.checkExplanation();
        OutcomeCode.check(outcome.text("outcome"), outcome.number("code"));
        return outcome;
    }

    @JsonCreator
    private static Outcome ofMap(Map<String, Object> members) {
        return ofJson(JsonWriter.write(members));
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
        Next next = Next.of(text("next"));
        return code() == OutcomeCode.UNKNOWN && next != Next.REFUND_QUERY ? Next.QUERY : next;
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
     * <!-- words: reasons -->
     * @return timeout, interrupted, reset, truncated, redirect, http_NNN, head, too_large, encoding, charset, parse,
     *     signature, mismatch, contradiction, unlisted, input, file or defect; later versions may have more
     * <!-- end of words -->
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
        return new GatewayWords(JsonWriter.write(members.get("gateway")));
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
        return bytes("raw_base64");
    }

    /**
     * What happened and what to do, in a sentence.
     *
     * @param locale Chinese for any Chinese locale, else English
     * @return the sentence
     */
    public String explanation(Locale locale) {
        return explained(locale);
    }

    /** For logs: without the gateway's words and the reply body, which may hold order data. */
    @Override
    public String toString() {
        String why = reason().map(reason -> ", reason=" + reason).orElse("");
        return Line.of("Outcome{" + text("outcome") + ", next=" + text("next") + ", evidence=" + text("evidence") + why + ", msg_id=" + msgId() + "}");
    }
}
