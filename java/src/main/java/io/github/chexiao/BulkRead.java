package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;

/** What was read of an input. Immutable. */
public final class BulkRead extends Document {
    private static final long serialVersionUID = 1;

    /** @throws IllegalArgumentException naming the member that is of another type */
    BulkRead(Map<String, Object> members) {
        super(members);
        check(Long.class, "a number", Arrays.asList("new", "known", "unreadable"), false);
        check(Boolean.class, "true or false", Collections.singletonList("is_whole"), false);
    }

    @JsonCreator
    private static BulkRead ofMap(Map<String, Object> members) {
        return new BulkRead(JsonReader.object(JsonWriter.write(members)));
    }

    /**
     * Orders that the journal did not have.
     *
     * @return how many
     */
    public long added() {
        return number("new");
    }

    /**
     * Orders that it had.
     *
     * @return how many
     */
    public long known() {
        return number("known");
    }

    /**
     * Lines that gave no order.
     *
     * @return how many; {@link BulkJournal#unreadable()} says why
     */
    public long unreadable() {
        return number("unreadable");
    }

    /**
     * Whether its end was reached. Else nothing is sent until it is read once more.
     *
     * @return whether it is so
     */
    public boolean isWhole() {
        return (Boolean) members.get("is_whole");
    }
}
