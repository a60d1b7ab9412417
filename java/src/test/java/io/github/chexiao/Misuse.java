package io.github.chexiao;

/** Breaks a rule of JNI, in a library that was built with the feature test-panic. */
final class Misuse {
    private Misuse() {}

    static native void jni();
}
