package io.github.chexiao;

import java.util.Map;
import java.util.Optional;

/** The gateway's own words, as they came: for people and logs. What they mean for the order is in the {@link Outcome}. Immutable. */
public final class GatewayWords {
    private final Map<?, ?> members;

    GatewayWords(Map<?, ?> members) {
        this.members = members;
    }

    /**
     * The code of the reply.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> code() {
        return text("code");
    }

    /**
     * The second, finer code.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> subCode() {
        return text("sub_code");
    }

    /**
     * The state of the order.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> status() {
        return text("status");
    }

    /**
     * What the gateway says to people, mostly in Chinese. It may repeat parts of the order.
     *
     * @return empty if the reply has none or could not be read
     */
    public Optional<String> message() {
        return text("message");
    }

    private Optional<String> text(String member) {
        return Optional.ofNullable((String) members.get(member));
    }
}
