package io.github.chexiao;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What to do to which order. Immutable; it may be used for several attempts, each of which gets an id of its own unless one is given. */
public final class Call {
    private static final DateTimeFormatter BEIJING = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.ofHours(8));

    private final String json;

    private Call(String json) {
        this.json = Utf8.checked("call", json);
    }

    /**
     * The call that closes an order.
     *
     * @param order the order's fields under the gateway's own names; copied
     * @return the call; whether the gateway takes the fields is checked when it is signed or sent
     * @throws CallException if the order holds something that is no text
     */
    public static Call close(Map<String, String> order) {
        return closing(order).build();
    }

    /**
     * Begins a call that closes an order with an id, a time or a nonce of your own.
     *
     * @param order the order's fields under the gateway's own names; copied by {@link Builder#build()}
     * @return the beginning
     */
    public static Builder closing(Map<String, String> order) {
        return new Builder("close", order);
    }

    /**
     * The call that asks for an order's state.
     *
     * @param order as of {@link #close(Map)}
     * @return the call
     * @throws CallException if the order holds something that is no text
     */
    public static Call query(Map<String, String> order) {
        return querying(order).build();
    }

    /**
     * Begins a call that asks for an order's state with an id, a time or a nonce of your own.
     *
     * @param order as of {@link #closing(Map)}
     * @return the beginning
     */
    public static Builder querying(Map<String, String> order) {
        return new Builder("query", order);
    }

    /**
     * The call that gives money back, once for the number of the refund that the order holds.
     *
     * @param order as of {@link #close(Map)}, with the fields that {@code docs/refunds.md} lists
     * @return the call
     * @throws CallException if the order holds something that is no text
     */
    public static Call refund(Map<String, String> order) {
        return refunding(order).build();
    }

    /**
     * Begins a call as of {@link #refund(Map)} with an id, a time or a nonce of your own.
     *
     * @param order as of {@link #refund(Map)}
     * @return the beginning
     */
    public static Builder refunding(Map<String, String> order) {
        return new Builder("refund", order);
    }

    /**
     * The call that asks what has become of a refund.
     *
     * @param order as of {@link #close(Map)}, with the fields that {@code docs/refunds.md} lists
     * @return the call
     * @throws CallException if the order holds something that is no text
     */
    public static Call refundQuery(Map<String, String> order) {
        return queryingRefund(order).build();
    }

    /**
     * Begins a call as of {@link #refundQuery(Map)} with an id, a time or a nonce of your own.
     *
     * @param order as of {@link #refundQuery(Map)}
     * @return the beginning
     */
    public static Builder queryingRefund(Map<String, String> order) {
        return new Builder("refund_query", order);
    }

    /**
     * The call that undoes an order by scanned code: what was paid goes back, what was not is closed.
     *
     * @param order as of {@link #close(Map)}, with the fields that {@code docs/refunds.md} lists
     * @return the call
     * @throws CallException if the order holds something that is no text
     */
    public static Call reverse(Map<String, String> order) {
        return reversing(order).build();
    }

    /**
     * Begins a call as of {@link #reverse(Map)} with an id, a time or a nonce of your own.
     *
     * @param order as of {@link #reverse(Map)}
     * @return the beginning
     */
    public static Builder reversing(Map<String, String> order) {
        return new Builder("reverse", order);
    }

    /**
     * The call that closes an order and, where that leaves a doubt, asks for its state: one outcome of both. Only for {@code send}.
     *
     * @param order as of {@link #close(Map)}
     * @return the call
     * @throws CallException if the order holds something that is no text
     */
    public static Call ensureClosed(Map<String, String> order) {
        return ensuringClosed(order).build();
    }

    /**
     * Begins a call as of {@link #ensureClosed(Map)} with an id, a time or a nonce of your own: those of the close, and the id of the outcome. The
     * query that may follow has its own.
     *
     * @param order as of {@link #closing(Map)}
     * @return the beginning
     */
    public static Builder ensuringClosed(Map<String, String> order) {
        return new Builder("ensure_closed", order);
    }

    /**
     * The call of any other API of the gateway, for {@link Client#call(Call)}.
     *
     * @param api {@code "POST /path"} or {@code "GET /path"}; at gateways with one address, the name of the method
     * @param fields the API's fields under the gateway's own names: texts and, where the gateway takes JSON, numbers and the rest of JSON
     * @return the call; whether the gateway takes it is checked when it is signed or sent
     * @throws CallException if the fields hold something that is no JSON
     */
    public static Call api(String api, Map<String, ?> fields) {
        return calling(api, fields).build();
    }

    /**
     * Begins a call as of {@link #api(String, Map)} with an id, a time or a nonce of your own, or another member of its document.
     *
     * @param api as of {@link #api(String, Map)}
     * @param fields as of {@link #api(String, Map)}; copied by {@link Builder#build()}; {@code null} beside {@code content}
     * @return the beginning
     */
    public static Builder calling(String api, Map<String, ?> fields) {
        return new Builder("call", "fields", fields).with("api", Objects.requireNonNull(api, "api"));
    }

    /**
     * A call that is JSON already; handed over as it is.
     *
     * @param json {@code {"operation":"close","order":{…}}}, and optionally {@code msg_id}, {@code timestamp} and {@code nonce}
     * @return the call; it is checked when it is signed or sent
     * @throws CallException if the text holds half of a surrogate pair
     */
    public static Call ofJson(String json) {
        return new Call(json);
    }

    /**
     * The call as JSON.
     *
     * @return {@code {"operation":"close","order":{…}}}
     */
    public String toJson() {
        return json;
    }

    /** For logs: without the order. */
    @Override
    public String toString() {
        return Line.of("Call{" + member("operation") + "}");
    }

    /** Whether it calls an API, and asks about no order. Most calls are not read for it. */
    boolean isOfApi() {
        return json.contains("\"call\"") && "call".equals(member("operation"));
    }

    /** Whether it is a refund or the query of one, as far as that is seen without memory to read it. */
    boolean isOfRefund() {
        return json.contains("\"refund\"") || json.contains("\"refund_query\"");
    }

    /** A member of the call if it is a text, else "". For records and logs: a call that cannot be read is refused elsewhere. */
    String member(String name) {
        try {
            Object value = JsonReader.object(json).get(name);
            return value instanceof String ? (String) value : "";
        } catch (IllegalArgumentException unreadable) {
            return "";
        }
    }

    /** A call in the making; for one thread. */
    public static final class Builder {
        private final Map<String, Object> members = new LinkedHashMap<>();

        private final String about;

        private Builder(String operation, Map<String, String> order) {
            this(operation, "order", Objects.requireNonNull(order, "order"));
        }

        private Builder(String operation, String about, Map<String, ?> fields) {
            this.about = about;
            members.put("operation", operation);
            if (fields != null) {
                members.put(about, fields);
            }
        }

        /**
         * Another member of the document of a call of an API: {@code content}, {@code omit}, {@code top_level}, {@code encrypt},
         * {@code version}, {@code to}, {@code replace}.
         *
         * @param name the member's name
         * @param value a text, a boolean, a list of texts or a map of texts
         * @return this
         */
        public Builder with(String name, Object value) {
            members.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, name));
            return this;
        }

        /**
         * The message id, instead of 32 random hexadecimal digits.
         *
         * @param msgId as the gateway takes it
         * @return this
         */
        public Builder msgId(String msgId) {
            members.put("msg_id", Objects.requireNonNull(msgId, "msgId"));
            return this;
        }

        /**
         * The moment that is signed, instead of now.
         *
         * @param timestamp sent in Beijing time, in whole seconds
         * @return this
         */
        public Builder timestamp(Instant timestamp) {
            members.put("timestamp", BEIJING.format(timestamp));
            return this;
        }

        /**
         * The nonce, instead of 32 random hexadecimal digits.
         *
         * @param nonce as the gateway takes it
         * @return this
         */
        public Builder nonce(String nonce) {
            members.put("nonce", Objects.requireNonNull(nonce, "nonce"));
            return this;
        }

        /**
         * The call.
         *
         * @return the call; whether the gateway takes it is checked when it is signed or sent
         * @throws CallException if the order holds something that is no text
         */
        public Call build() {
            try {
                return new Call(JsonWriter.write(members));
            } catch (IllegalArgumentException bad) {
                throw ChexiaoException.of(ChexiaoException.Kind.CALL, about, bad.getMessage(), "correct the field and call again", null);
            }
        }
    }
}
