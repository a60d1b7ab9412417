package io.github.chexiao;

/**
 * The native library: byte arrays are UTF-8. Each method returns 0 or an outcome (1 to 11), or a negative number on an error, and puts one
 * JSON document into {@code out[0]}, or null if there is no memory for it. None of them throws. {@link Library#load()} comes first.
 */
final class Native {
    /** The version of this interface; {@code about} says the library's. */
    static final long INTERFACE = 2;

    private Native() {}

    static native int about(byte[][] out);

    static native int gateways(byte[][] out);

    static native int open(byte[] config, long[] client, byte[][] out);

    static native int free(long client);

    /**
     * Tells a client something. {@code owner} stays reachable, and so {@code client} open, until the library has looked the client up.
     * {@code verb} is the word of a row of the library's table.
     */
    static native int ask(Client owner, long client, byte[] verb, byte[] text, byte[][] out);
}
