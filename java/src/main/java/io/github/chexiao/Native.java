package io.github.chexiao;

/**
 * The native library: byte arrays are UTF-8. Each method returns 0 or an outcome (1 to 11), or a negative number on an error, and puts one
 * JSON document into {@code out[0]}, or null if there is no memory for it. None of them throws. {@link Library#load()} comes first.
 */
final class Native {
    /** The version of this interface; {@code about} says the library's. */
    static final long INTERFACE = 5;

    private Native() {}

    static native int about(byte[][] out);

    static native int gateways(byte[][] out);

    /** Why a configuration does not work, step by step. */
    static native int diagnose(byte[] config, byte[][] out);

    static native int open(byte[] config, long[] client, byte[][] out);

    static native int free(long client);

    /**
     * Tells a client something. {@code owner} stays reachable, and so {@code client} open, until the library has looked the client up.
     * {@code verb} is the word of a row of the library's table.
     */
    static native int ask(Client owner, long client, byte[] verb, byte[] text, byte[][] out);

    /**
     * {@link #ask} without waiting: 0 if the call is in the queue, from which {@link #take} gives its {@code tag} once; else its answer.
     */
    static native int submit(Client owner, long client, byte[] verb, byte[] text, long tag, byte[][] out);

    /**
     * The answer to a call that has finished, with its tag in {@code tag[0]}. Where none has in time, that stays as it is, and the answer is 0; an
     * error without a tag is one of the queue.
     */
    static native int take(int milliseconds, long[] tag, byte[][] out);

    /** Takes the call of this tag back, unless its request is out: that is still heard, and none follows it. It is taken as ever. */
    static native void withdraw(long tag);
}
