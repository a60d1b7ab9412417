package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.nio.charset.StandardCharsets;

/** How {@link BulkNative} is spoken to. */
final class BulkBorder {
    /** The status of an answer that says why the journal failed. */
    private static final int JOURNAL_FAILED = -40;

    private BulkBorder() {}

    /** Opens something; the status as of {@link Native}. */
    interface Opening {
        int into(long[] handle, byte[][] out);
    }

    /** Asks for something; the status as of {@link Native}. */
    interface Asking {
        int into(byte[][] out);
    }

    static Handle opened(Object owner, Opening opening) {
        Handle.freeDropped();
        long[] handle = new long[1];
        said(out -> opening.into(handle, out));
        return new Handle(owner, handle[0], BulkNative::free);
    }

    /** @throws JournalException if the journal failed */
    static String said(Asking asking) {
        byte[][] out = new byte[1][];
        return document(asking.into(out), out);
    }

    /** @throws JournalException if the journal failed */
    static String document(int status, byte[][] out) {
        if (out[0] == null) {
            throw new OutOfMemoryError("no memory for what chexiao has to say");
        }
        String json = Utf8.text(out[0]);
        if (status < 0) {
            throw refusal(status, json);
        }
        return json;
    }

    static RuntimeException refusal(int status, String json) {
        return status == JOURNAL_FAILED ? JournalException.of(json) : ChexiaoException.of(json);
    }

    static byte[] word(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    /** @throws CallException naming {@code parameter}, if it holds what is no JSON */
    static String json(String parameter, Object value) {
        try {
            return JsonWriter.write(value);
        } catch (IllegalArgumentException bad) {
            throw ChexiaoException.of(Kind.CALL, parameter, bad.getMessage(), "correct it and call again", null);
        }
    }
}
