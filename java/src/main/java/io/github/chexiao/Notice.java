package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a gateway told by itself about an order. Immutable; threads may share it.
 *
 * <p>Three things stay apart: whether it is authentic ({@link #evidence()}), what it says ({@link #event()}), and whether to acknowledge it, which
 * you decide once it is stored ({@link #acknowledge()}).
 */
public final class Notice extends Document {
    private static final long serialVersionUID = 1;

    private static final List<String> TEXTS = Arrays.asList("event", "evidence", "confirm");
    private static final List<String> TEXTS_OR_NULL = Arrays.asList("reason", "hint", "time", "dedupe");

    Notice(String json) {
        super(json);
    }

    /**
     * The notice that {@link #toJson()} gave, for a program that keeps it. What it says is worth as much as the place where it was kept.
     *
     * @param json what {@link #toJson()} gave, of this version or another
     * @return the same notice
     * @throws IllegalArgumentException if it is not that, naming the member
     */
    public static Notice ofJson(String json) {
        Notice notice = new Notice(json);
        notice.check(String.class, "a text", TEXTS, false);
        notice.check(String.class, "a text or null", TEXTS_OR_NULL, true);
        notice.check(Long.class, "a number", Arrays.asList("code"), false);
        notice.check(Boolean.class, "true or false", Arrays.asList("contradiction"), false);
        notice.check(Map.class, "an object", Arrays.asList("order", "fields", "gateway", "explanation", "refuse"), false);
        notice.check(Map.class, "an object or null", Arrays.asList("amount", "acknowledge"), true);
        notice.order();
        notice.fields();
        notice.checkExplanation();
        GatewayWords.ofJson(notice.gateway().toJson());
        notice.amount().ifPresent(amount -> Amount.ofJson(amount.toJson()));
        notice.acknowledge().ifPresent(answer -> Answer.ofJson(answer.toJson()));
        Answer.ofJson(notice.refuse().toJson());
        OutcomeCode.check(notice.text("event"), notice.number("code"));
        return notice;
    }

    @JsonCreator
    private static Notice ofMap(Map<String, Object> members) {
        return ofJson(JsonWriter.write(members));
    }

    /**
     * What it says of the order.
     *
     * @return paid, refunded, closed, already_closed, processing or unknown; {@link OutcomeCode#UNKNOWN} also for what this version does not know
     */
    public OutcomeCode event() {
        return OutcomeCode.of(text("event"));
    }

    /**
     * What stands behind it.
     *
     * @return {@link Evidence#SIGNED_BOUND}, if it is authentic, yours, of a kind that is read here and names its order;
     *     {@link Evidence#SIGNED_UNBOUND}, if it is authentic and of another kind; else {@link Evidence#NONE}
     */
    public Evidence evidence() {
        return Evidence.of(text("evidence"));
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
     * Why it is unknown.
     *
     * @return words as of {@link Outcome#reason()}
     */
    public Optional<String> reason() {
        return Optional.ofNullable(text("reason"));
    }

    /**
     * What it points to without proving it.
     *
     * @return paid or refunded; empty if it points nowhere
     */
    public Optional<OutcomeCode> hint() {
        return Optional.ofNullable(text("hint")).map(OutcomeCode::of);
    }

    /**
     * Whether two of its fields disagree.
     *
     * @return whether
     */
    public boolean contradiction() {
        return Boolean.TRUE.equals(members.get("contradiction"));
    }

    /**
     * The order it names.
     *
     * @return texts under the gateway's own names; not to be changed; empty where nothing is proven
     */
    public Map<String, String> order() {
        return texts("order");
    }

    /**
     * The amount of the order; in the notice of a refund, that of the refund.
     *
     * @return empty if none is told
     */
    public Optional<Amount> amount() {
        return Optional.ofNullable(members.get("amount")).map(amount -> new Amount(JsonWriter.write(amount)));
    }

    /**
     * When it happened, as the gateway wrote it; where it does not say, when it was told.
     *
     * @return empty if it says neither
     */
    public Optional<String> time() {
        return Optional.ofNullable(text("time"));
    }

    /**
     * Every verified field, decrypted where it was encrypted. Where a field is a JSON text, its members stand beside it.
     *
     * @return texts under the gateway's own names; not to be changed; empty where nothing is proven
     */
    public Map<String, String> fields() {
        return texts("fields");
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
     * The key against repeats: the same when the same thing is told again, another for another.
     *
     * @return empty: take it for new
     */
    public Optional<String> dedupe() {
        return Optional.ofNullable(text("dedupe"));
    }

    /**
     * The answer that ends the repeats. Send it once the notice is stored, not before.
     *
     * @return empty where nothing proves that the gateway sent it
     */
    public Optional<Answer> acknowledge() {
        return Optional.ofNullable(members.get("acknowledge")).map(answer -> new Answer(JsonWriter.write(answer)));
    }

    /**
     * The answer that asks for it to be sent again.
     *
     * @return a complete answer, always
     */
    public Answer refuse() {
        return new Answer(JsonWriter.write(members.get("refuse")));
    }

    /**
     * What was told and what to do, in a sentence.
     *
     * @param locale Chinese for any Chinese locale, else English
     * @return the sentence
     */
    public String explanation(Locale locale) {
        return explained(locale);
    }

    /** For logs: without the order, the fields and the gateway's words. */
    @Override
    public String toString() {
        String why = reason().map(reason -> ", reason=" + reason).orElse("");
        return Line.of("Notice{" + text("event") + ", evidence=" + text("evidence") + why + "}");
    }
}
