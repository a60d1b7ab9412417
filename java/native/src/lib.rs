//! The native library of the Java package.
