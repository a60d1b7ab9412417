package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What happened in a run. Immutable. */
public final class BulkEvent extends Document {
    private static final long serialVersionUID = 1;

    /** What happened. */
    public enum Kind {
        /** Something came of a request, or none left: then there is no {@link #next()}. */
        HEARD,
        /** An order has its last word. */
        ENDED,
        /** Ten misconfigured answers in a row: no further order of this account is taken in this run. */
        ACCOUNT_STOPPED;

        /**
         * The word, as in the document.
         *
         * @return the name in lower case
         */
        @JsonValue
        public String word() {
            return Words.of(this);
        }
    }

    /** @throws IllegalArgumentException if it is of no kind that this version knows, or a member is of another type */
    BulkEvent(Map<String, Object> members) {
        super(members);
        check(String.class, "a text", Arrays.asList("event", "account"), false);
        kind();
    }

    @JsonCreator
    private static BulkEvent ofMap(Map<String, Object> members) {
        return new BulkEvent(JsonReader.object(JsonWriter.write(members)));
    }

    /**
     * What it is.
     *
     * @return the kind
     */
    public Kind kind() {
        return Kind.valueOf(text("event").toUpperCase(Locale.ROOT));
    }

    /**
     * The account.
     *
     * @return its name
     */
    public String account() {
        return text("account");
    }

    /**
     * The line of the order.
     *
     * @return empty where an account was stopped
     */
    public OptionalLong line() {
        return number("line") == null ? OptionalLong.empty() : OptionalLong.of(number("line"));
    }

    /**
     * What was asked.
     *
     * @return {@code close} or {@code query}; empty unless heard
     */
    public Optional<String> verb() {
        return Optional.ofNullable(text("verb"));
    }

    /**
     * The word of the outcome, or of the error.
     *
     * @return as of {@link BulkResult#word()}; empty where an account was stopped
     */
    public Optional<String> word() {
        return Optional.ofNullable(text("word"));
    }

    /**
     * What is to be done.
     *
     * @return empty where nothing was sent, and where an account was stopped
     */
    public Optional<Next> next() {
        return Optional.ofNullable(text("next")).map(Next::of);
    }

    /**
     * Whether a person must look at it.
     *
     * @return false unless the order has ended
     */
    public boolean needsPerson() {
        return Boolean.TRUE.equals(members.get("needs_person"));
    }

    /**
     * Why it ended so, or why the account was stopped.
     *
     * @return empty where something was heard
     */
    public Optional<String> why() {
        return Optional.ofNullable(text("why"));
    }

    /**
     * How long the request took, or all requests of the order.
     *
     * @return milliseconds; empty where an account was stopped
     */
    public OptionalLong milliseconds() {
        return number("took_ms") == null ? OptionalLong.empty() : OptionalLong.of(number("took_ms"));
    }
}
