package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Map;
import java.util.Optional;

/** The gateway's own words, as they came: for people and logs. What they mean for the order is in the {@link Outcome}. Immutable. */
public final class GatewayWords extends Document {
    private static final long serialVersionUID = 1;

    GatewayWords(String json) {
        super(json);
    }

    /** @throws IllegalArgumentException if a member is no text */
    static GatewayWords ofJson(String json) {
        GatewayWords words = new GatewayWords(json);
        words.members.forEach((name, value) -> {
            if (value != null && !(value instanceof String)) {
                throw new IllegalArgumentException("a word of the gateway is not a text");
            }
        });
        return words;
    }

    @JsonCreator
    private static GatewayWords ofMap(Map<String, Object> members) {
        return ofJson(JsonWriter.write(members));
    }

    /**
     * The code of the reply.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> code() {
        return word("code");
    }

    /**
     * The second, finer code.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> subCode() {
        return word("sub_code");
    }

    /**
     * The state of the order.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> status() {
        return word("status");
    }

    /**
     * What the gateway says to people, mostly in Chinese. It may repeat parts of the order.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> message() {
        return word("message");
    }

    private Optional<String> word(String member) {
        return Optional.ofNullable(text(member));
    }
}
