package io.github.chexiao;

/** The configuration: a key does not load, a setting is unknown or out of range, or the native library does not load here. Nothing was sent. */
public final class ConfigException extends ChexiaoException {
    private static final long serialVersionUID = 1;

    ConfigException(String json, Throwable cause) {
        super(json, cause);
    }
}
