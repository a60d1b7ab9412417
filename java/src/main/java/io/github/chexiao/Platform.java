package io.github.chexiao;

import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

/** The names of this platform in the JAR: {@code <os>-<arch>[-musl]}, and its library. */
final class Platform {
    private Platform() {}

    static String current() {
        return name(System.getProperty("os.name", ""), System.getProperty("os.arch", ""), isMusl());
    }

    static String name(String os, String arch, boolean musl) {
        return os(os.toLowerCase(Locale.ROOT)) + "-" + arch(arch.toLowerCase(Locale.ROOT)) + (musl ? "-musl" : "");
    }

    static String library() {
        return library(current());
    }

    static String library(String platform) {
        return platform.startsWith("windows-") ? "chexiao_jni.dll" : "libchexiao_jni.so";
    }

    /** Whether the libraries of a process, as /proc/self/maps lists them, are those of musl; glibc's is {@code libc.so.6}. */
    static boolean isMusl(Stream<String> maps) {
        return maps.anyMatch(line -> line.contains("/ld-musl-") || line.contains("/libc.musl-") || line.endsWith("/libc.so"));
    }

    /** Asks this very process, not the machine, which may have both C libraries. */
    private static boolean isMusl() {
        try (BufferedReader maps = new BufferedReader(new FileReader("/proc/self/maps"))) {
            return isMusl(maps.lines());
        } catch (IOException noProc) {
            return false;
        }
    }

    private static String os(String name) {
        return name.startsWith("mac") ? "macos" : name.startsWith("windows") ? "windows" : name.replaceAll("[^a-z0-9]+", "_");
    }

    private static String arch(String name) {
        switch (name) {
            case "amd64":
            case "x64":
                return "x86_64";
            case "arm64":
                return "aarch64";
            default:
                return name.replaceAll("[^a-z0-9]+", "_");
        }
    }
}
