package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.io.File;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.util.Map;

/**
 * Loads the native library once for each class loader, at the first use: from the file named by {@code -Dchexiao.library.path}, else from the
 * JAR by way of a folder below {@code -Dchexiao.tmpdir} (java.io.tmpdir). Not in a static initialiser: what failed can be tried again.
 */
final class Library {
    static final String PATH = "chexiao.library.path";
    static final String TMPDIR = "chexiao.tmpdir";

    private static volatile boolean loaded;
    private static String version;

    private Library() {}

    /** @throws ConfigException naming the property that mends it */
    static void load() {
        if (!loaded) {
            synchronized (Library.class) {
                if (!loaded) {
                    loadNow();
                    loaded = true;
                }
            }
        }
    }

    static String version() {
        load();
        return version;
    }

    private static void loadNow() {
        String named = System.getProperty(PATH, "");
        if (named.isEmpty()) {
            loadFromJar();
        } else if (new File(named).isFile()) {
            link(new File(named).getAbsolutePath(), PATH, "set -D" + PATH + " to a chexiao library for this machine, or do not set it");
        } else {
            throw refused(Kind.CONFIG, PATH, named + " is no file", "set -D" + PATH + " to the library itself, or do not set it", null);
        }
        version = check();
    }

    private static void loadFromJar() {
        String platform = Platform.current();
        String resource = "/META-INF/native/" + platform + "/" + Platform.library();
        String parent = System.getProperty(TMPDIR, System.getProperty("java.io.tmpdir"));
        if (!NativeFile.exists(resource)) {
            String remedy = "build the library on this platform and name it with -D" + PATH + "=FILE";
            throw refused(Kind.UNSUPPORTED, PATH, "this JAR has no native library for " + platform, remedy, null);
        }
        String remedy = "name a folder that this user may write to and that is not mounted noexec with -D" + TMPDIR
                + "=FOLDER, or unpack " + resource.substring(1) + " from the JAR and name it with -D" + PATH + "=FILE";
        try (NativeFile copy = NativeFile.extract(resource, parent)) {
            link(copy.path(), TMPDIR, remedy);
        } catch (IOException | InvalidPathException bad) {
            throw refused(Kind.CONFIG, TMPDIR, "the native library cannot be copied into " + parent + ": " + bad, remedy, bad);
        }
    }

    private static void link(String path, String property, String remedy) {
        try {
            System.load(path);
        } catch (UnsatisfiedLinkError bad) {
            throw refused(Kind.CONFIG, property, "the native library does not load: " + bad.getMessage(), remedy, bad);
        } catch (RuntimeException denied) {
            String allow = "start java with --enable-native-access=ALL-UNNAMED, or =io.github.chexiao on the module path";
            throw refused(Kind.CONFIG, property, "this JVM does not let chexiao load its native library: " + denied.getMessage(), allow, denied);
        }
    }

    private static String check() {
        byte[][] out = new byte[1][];
        try {
            Native.about(out);
        } catch (UnsatisfiedLinkError foreign) {
            throw refused(Kind.CONFIG, PATH, "that is not chexiao's library", "set -D" + PATH + " to one, or do not set it", foreign);
        }
        return fitting(Utf8.text(out[0]));
    }

    /** The version of a library that says {@code about} of itself, if it fits these classes. */
    static String fitting(String about) {
        Map<?, ?> said = JsonReader.object(about);
        if (!said.get("interface").equals(Native.INTERFACE)) {
            String found = "is of chexiao " + said.get("version") + ", which these classes cannot use";
            throw refused(Kind.CONFIG, PATH, found, "name the library of the same version, or do not set it", null);
        }
        return (String) said.get("version");
    }

    private static ChexiaoException refused(Kind kind, String property, String message, String remedy, Throwable cause) {
        return ChexiaoException.of(kind, property, message, remedy, cause);
    }
}
