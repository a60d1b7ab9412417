package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/** How many orders of an account stand so. Immutable. */
public final class BulkCount extends Document {
    private static final long serialVersionUID = 1;

    /** @throws IllegalArgumentException naming the member that is of another type */
    BulkCount(Map<String, Object> members) {
        super(members);
        check(String.class, "a text", Arrays.asList("account", "state"), false);
        check(String.class, "a text", Arrays.asList("word", "next"), true);
        check(Long.class, "a number", Collections.singletonList("orders"), false);
        check(Boolean.class, "true or false", Collections.singletonList("needs_person"), false);
    }

    @JsonCreator
    private static BulkCount ofMap(Map<String, Object> members) {
        return new BulkCount(JsonReader.object(JsonWriter.write(members)));
    }

    /**
     * The name of the account.
     *
     * @return as orders choose it
     */
    public String account() {
        return text("account");
    }

    /**
     * How far they are.
     *
     * @return {@code new}, {@code waiting} or {@code ended}
     */
    public String state() {
        return text("state");
    }

    /**
     * The word that they ended with, or would end with now.
     *
     * @return as of {@link BulkResult#word()}; empty if nothing was heard of them
     */
    public Optional<String> word() {
        return Optional.ofNullable(text("word"));
    }

    /**
     * What is to be done about them.
     *
     * @return empty if nothing was heard of them
     */
    public Optional<Next> next() {
        return Optional.ofNullable(text("next")).map(Next::of);
    }

    /**
     * Whether a person must look at them.
     *
     * @return whether it is so
     */
    public boolean needsPerson() {
        return (Boolean) members.get("needs_person");
    }

    /**
     * How many they are.
     *
     * @return at least 1
     */
    public long orders() {
        return number("orders");
    }
}
