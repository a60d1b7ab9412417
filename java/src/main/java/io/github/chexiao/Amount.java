package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Map;

/** An amount of a {@link Notice}, as the gateway wrote it. Immutable. */
public final class Amount extends Document {
    private static final long serialVersionUID = 1;

    Amount(String json) {
        super(json);
    }

    /** @throws IllegalArgumentException naming the member that is no text */
    static Amount ofJson(String json) {
        Amount amount = new Amount(json);
        amount.check(String.class, "a text", Arrays.asList("text", "unit"), false);
        return amount;
    }

    @JsonCreator
    private static Amount ofMap(Map<String, Object> members) {
        return ofJson(JsonWriter.write(members));
    }

    /**
     * The text received: compare it with what your order says before you deliver.
     *
     * @return such as {@code 101} or {@code 1.01}
     */
    public String text() {
        return text("text");
    }

    /**
     * What it counts.
     *
     * @return {@code fen}, a hundredth of a yuan (or of the unit of another currency), or {@code yuan}, whole ones with decimals
     */
    public String unit() {
        return text("unit");
    }
}
