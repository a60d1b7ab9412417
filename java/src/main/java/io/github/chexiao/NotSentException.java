package io.github.chexiao;

/** No connection: name, TCP or TLS. Calling again is safe. Nothing was sent. */
public final class NotSentException extends ChexiaoException {
    private static final long serialVersionUID = 1;

    NotSentException(String json, Throwable cause) {
        super(json, cause);
    }
}
