package io.github.chexiao;

/** The call: a field is missing, too long or holds characters the gateway does not take, or the client is closed. Nothing was sent. */
public final class CallException extends ChexiaoException {
    private static final long serialVersionUID = 1;

    CallException(String json, Throwable cause) {
        super(json, cause);
    }
}
