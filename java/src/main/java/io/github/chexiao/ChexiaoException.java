package io.github.chexiao;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * <b>Nothing was sent.</b> Whatever happens after the first byte is an {@link Outcome}, never an exception.
 *
 * <p>Unchecked, because not catching it is safe: the order stands as it stood, no stock is released, and a transaction around the call rolls
 * back. So it passes through lambdas, futures and frameworks as it is. Messages name the field and the remedy and hold no secret.
 *
 * <p>Its own class is used for a defect of the library that was stopped at its border, kind {@code panic}; everything else is a
 * {@link ConfigException}, a {@link CallException} or a {@link NotSentException}.
 */
public class ChexiaoException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * The error document.
     *
     * @serial JSON
     */
    private final String json;

    ChexiaoException(String json, Throwable cause) {
        super(message(JsonReader.object(json)), cause);
        this.json = json;
    }

    /** The exception for an error document of the library. */
    static ChexiaoException of(String json) {
        return of(json, null);
    }

    /** An error that is found on this side of the border, in the words of the other. */
    static ChexiaoException of(Kind kind, String field, String message, String hint, Throwable cause) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("error", Words.of(kind));
        members.put("status", kind.status);
        members.put("reason", null);
        members.put("field", field);
        members.put("message", message);
        members.put("hint", hint);
        return of(JsonWriter.write(members), cause);
    }

    private static ChexiaoException of(String json, Throwable cause) {
        switch ((String) JsonReader.object(json).get("error")) {
            case "config":
            case "unsupported":
                return new ConfigException(json, cause);
            case "call":
            case "null":
            case "utf8":
            case "handle":
                return new CallException(json, cause);
            case "dns":
            case "connect":
            case "tls":
            case "not_sent":
                return new NotSentException(json, cause);
            default:
                return new ChexiaoException(json, cause);
        }
    }

    private static String message(Map<?, ?> members) {
        String field = members.get("field") == null || "".equals(members.get("field")) ? "" : members.get("field") + ": ";
        return Line.of(members.get("error") + " error: " + field + members.get("message") + "; " + members.get("hint"));
    }

    /** The kinds, with their numbers. */
    enum Kind {
        // words: numbers
        /** A pointer that must not be null is null. */
        NULL(-1),
        /** Bytes that are not UTF-8, a NUL inside a text, or an impossible length. */
        UTF8(-2),
        /** A client that was freed or never was one, or too many clients. */
        HANDLE(-3),
        /** The call: an order field is missing, too long, or holds characters the gateway does not take. */
        CALL(-10),
        /** The configuration: a key does not load, a setting is unknown or out of range. */
        CONFIG(-11),
        /** Understood, but this library does not do it, for the reason given. */
        UNSUPPORTED(-12),
        /** The host name did not resolve. */
        DNS(-20),
        /** No TCP connection. */
        CONNECT(-21),
        /** No TLS session, or a certificate that is not trusted. */
        TLS(-22),
        /** Anything else that happened before the request could be sent. */
        NOT_SENT(-23),
        /** A defect of this library, stopped at its border. While sending it is an Unknown outcome instead. */
        PANIC(-90);
        // end of words

        private final int status;

        Kind(int status) {
            this.status = status;
        }
    }

    /**
     * What kind of error.
     *
     * <!-- words: errors -->
     * @return null, utf8, handle, call, config, unsupported, dns, connect, tls, not_sent or panic; later versions
     *     may have more
     * <!-- end of words -->
     */
    public final String kind() {
        return (String) member("error");
    }

    /**
     * The number of the kind, which is also the status of the C interface.
     *
     * @return a negative number
     */
    public final int status() {
        return ((Long) member("status")).intValue();
    }

    /**
     * The path of the field at fault, such as {@code order.partnerSeq} or {@code account.private_key}.
     *
     * @return empty if no single field is
     */
    public final Optional<String> field() {
        return Optional.ofNullable((String) member("field"));
    }

    /**
     * What is wrong with a key, where a key is at fault.
     *
     * @return a word; empty if no key is
     */
    public final Optional<String> reason() {
        return Optional.ofNullable((String) member("reason"));
    }

    /**
     * What to do next.
     *
     * @return never empty
     */
    public final String hint() {
        return (String) member("hint");
    }

    /**
     * The error as JSON.
     *
     * @return {@code {"error","status","reason","field","message","hint"}}
     */
    public final String toJson() {
        return json;
    }

    private Object member(String name) {
        return JsonReader.object(json).get(name);
    }
}
