package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/** An order with its last word. Immutable; its document is words and numbers alone, for a table or a frame. */
public final class BulkResult extends Document {
    private static final long serialVersionUID = 1;

    /** @throws IllegalArgumentException naming the member that is of another type */
    BulkResult(Map<String, Object> members) {
        super(members);
        check(String.class, "a text", Arrays.asList("account", "order_json", "word", "next", "why"), false);
        check(String.class, "a text", Collections.singletonList("msg_id"), true);
        check(Long.class, "a number", Arrays.asList("line", "attempts"), false);
        check(Boolean.class, "true or false", Collections.singletonList("needs_person"), false);
    }

    @JsonCreator
    private static BulkResult ofMap(Map<String, Object> members) {
        return new BulkResult(JsonReader.object(JsonWriter.write(members)));
    }

    /**
     * The name of the account.
     *
     * @return as the order chose it
     */
    public String account() {
        return text("account");
    }

    /**
     * Its line in the input, or its number among those that were added.
     *
     * @return counted from 1
     */
    public long line() {
        return number("line");
    }

    /**
     * Its members, as they came.
     *
     * @return JSON
     */
    public String orderJson() {
        return text("order_json");
    }

    /**
     * Its members.
     *
     * @return a new map each time, in the order in which they came
     */
    public Map<String, Object> order() {
        return JsonReader.object(orderJson());
    }

    /**
     * The word of its outcome, or that of an error where nothing was ever sent.
     *
     * @return as of {@link OutcomeCode#word()} or {@link ChexiaoException#kind()}
     */
    public String word() {
        return text("word");
    }

    /**
     * What is to be done.
     *
     * @return {@link Next#FIX} after an error
     */
    public Next next() {
        return Next.of(text("next"));
    }

    /**
     * Whether a person must look at it.
     *
     * @return whether it is so
     */
    public boolean needsPerson() {
        return (Boolean) members.get("needs_person");
    }

    /**
     * Why, for that person, in English and Chinese.
     *
     * @return a text
     */
    public String why() {
        return text("why");
    }

    /**
     * How many requests there were.
     *
     * @return 0 if nothing was sent
     */
    public long attempts() {
        return number("attempts");
    }

    /**
     * The id of the last one.
     *
     * @return empty if nothing was sent
     */
    public Optional<String> msgId() {
        return Optional.ofNullable(text("msg_id"));
    }
}
