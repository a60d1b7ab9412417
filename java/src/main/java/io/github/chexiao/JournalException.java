package io.github.chexiao;

import java.util.Map;

/**
 * The journal of a bulk job failed: a full disk, a database that is gone. Unlike after a {@link ChexiaoException}, <b>requests may have been
 * sent</b>. Run the job again: it asks about those first, and closes nothing twice.
 */
public final class JournalException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private JournalException(String message) {
        super(message);
    }

    static JournalException of(String json) {
        Map<String, Object> told = JsonReader.object(json);
        return new JournalException(Line.of(told.get("message") + " (" + told.get("hint") + ")"));
    }
}
