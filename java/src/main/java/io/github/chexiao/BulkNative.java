package io.github.chexiao;

/**
 * Many orders by a journal, in the manner of {@link Native}. A handle that is opened goes into {@code handle[0]}; {@code owner} stays reachable,
 * and so its handle open, until the library has looked it up.
 */
final class BulkNative {
    private BulkNative() {}

    static native int openJournal(byte[] place, long[] handle, byte[][] out);

    /** {@code [[account, line, members as one text], …]}: how many are new. */
    static native int add(Object owner, long journal, byte[] orders, byte[][] out);

    static native int ask(Object owner, long journal, byte[] what, byte[] about, byte[][] out);

    static native int openJob(Object owner, long journal, byte[] settings, byte[][] names, byte[][] configs, long[] handle, byte[][] out);

    static native int read(Object owner, long job, byte[] input, byte[][] out);

    static native int begin(Object owner, long job, boolean hears, long[] handle, byte[][] out);

    /** Of the run, or the reading, that is under way, or begins next. */
    static native int stopper(Object owner, long job, long[] handle, byte[][] out);

    /** Nothing, where it was freed. */
    static native void stop(long stopper);

    /** {@code {"events", "end"}}: what has happened since it was asked last; waits so long for the first. The status is that of the end. */
    static native int take(long run, int milliseconds, byte[][] out);

    /** A run that is freed takes no more orders. */
    static native int free(long handle);
}
