package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;

/** A line that named an order once more. Immutable. */
public final class BulkRepeat extends Document {
    private static final long serialVersionUID = 1;

    /** @throws IllegalArgumentException naming the member that is of another type */
    BulkRepeat(Map<String, Object> members) {
        super(members);
        check(String.class, "a text", Collections.singletonList("account"), false);
        check(Long.class, "a number", Arrays.asList("line", "first_line"), false);
    }

    @JsonCreator
    private static BulkRepeat ofMap(Map<String, Object> members) {
        return new BulkRepeat(JsonReader.object(JsonWriter.write(members)));
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
     * The line.
     *
     * @return counted from 1
     */
    public long line() {
        return number("line");
    }

    /**
     * The line that named it first.
     *
     * @return counted from 1
     */
    public long firstLine() {
        return number("first_line");
    }
}
