package io.github.chexiao;

import java.util.Optional;

/**
 * What a listener is told about a call: never the order, a key, a signature or a body. Immutable; {@link #toString()} is one line for a log.
 */
public final class CallRecord {
    private final String gateway;
    private final String step;
    private final String operation;
    private final String msgId;
    private final long milliseconds;
    private final Outcome outcome;
    private final String error;

    CallRecord(String gateway, String step, Call call, String msgId, long milliseconds, Outcome outcome, ChexiaoException error) {
        this.gateway = gateway;
        this.step = step;
        this.operation = call.member("operation");
        this.msgId = msgId;
        this.milliseconds = milliseconds;
        this.outcome = outcome;
        this.error = error == null ? null : error.kind();
    }

    /**
     * The gateway's id.
     *
     * @return as in the configuration
     */
    public String gateway() {
        return gateway;
    }

    /**
     * Which method was called.
     *
     * @return send, sign or verify
     */
    public String step() {
        return step;
    }

    /**
     * The operation of the call.
     *
     * @return close, query or ensure_closed; empty if the call could not be read
     */
    public String operation() {
        return operation;
    }

    /**
     * The outcome.
     *
     * @return empty after sign, and if nothing was sent
     */
    public Optional<OutcomeCode> outcome() {
        return Optional.ofNullable(outcome).map(Outcome::code);
    }

    /**
     * What the outcome rests on.
     *
     * @return empty where there is no outcome
     */
    public Optional<Evidence> evidence() {
        return Optional.ofNullable(outcome).map(Outcome::evidence);
    }

    /**
     * Why the outcome is unknown.
     *
     * @return as {@link Outcome#reason()}
     */
    public Optional<String> reason() {
        return Optional.ofNullable(outcome).flatMap(Outcome::reason);
    }

    /**
     * The kind of the exception: nothing was sent.
     *
     * @return as {@link ChexiaoException#kind()}; empty if all went well
     */
    public Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /**
     * How long the call took.
     *
     * @return milliseconds
     */
    public long milliseconds() {
        return milliseconds;
    }

    /**
     * The id of the call.
     *
     * @return as {@link Outcome#msgId()}; empty if the call failed and gave none
     */
    public String msgId() {
        return msgId;
    }

    /** One line, such as {@code send wechat close: closed, evidence=signed_unbound, 12 ms, msg_id=…}. */
    @Override
    public String toString() {
        String result = outcome().map(code -> code.word() + ", evidence=" + outcome.evidence().word()).orElse(error == null ? "signed" : "not sent");
        String why = reason().map(reason -> ", reason=" + reason).orElse(error == null ? "" : ", error=" + error);
        return Line.of(step + " " + gateway + " " + operation + ": " + result + why + ", " + milliseconds + " ms, msg_id=" + msgId);
    }
}
