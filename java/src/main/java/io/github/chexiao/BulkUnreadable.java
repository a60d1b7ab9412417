package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** A line of an input that gave no order; it repeats no value. Immutable. */
public final class BulkUnreadable extends Document {
    private static final long serialVersionUID = 1;

    /** @throws IllegalArgumentException naming the member that is of another type */
    BulkUnreadable(Map<String, Object> members) {
        super(members);
        check(String.class, "a text", Arrays.asList("input", "what", "hint"), false);
        check(String.class, "a text", Collections.singletonList("field"), true);
        check(Long.class, "a number", Collections.singletonList("line"), false);
        check(Long.class, "a number", Collections.singletonList("column"), true);
    }

    @JsonCreator
    private static BulkUnreadable ofMap(Map<String, Object> members) {
        return new BulkUnreadable(JsonReader.object(JsonWriter.write(members)));
    }

    /**
     * The input.
     *
     * @return its name
     */
    public String input() {
        return text("input");
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
     * The column, in a table.
     *
     * @return counted from 1; empty if no single one is at fault
     */
    public OptionalLong column() {
        return number("column") == null ? OptionalLong.empty() : OptionalLong.of(number("column"));
    }

    /**
     * The field at fault.
     *
     * @return its name; empty if no single one is
     */
    public Optional<String> field() {
        return Optional.ofNullable(text("field"));
    }

    /**
     * What is wrong.
     *
     * @return a text
     */
    public String what() {
        return text("what");
    }

    /**
     * What to do about it.
     *
     * @return a text
     */
    public String hint() {
        return text("hint");
    }
}
