package io.github.chexiao;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;

/** Where the tests find things. */
final class Repository {
    /** Maven runs the tests in the folder of its pom.xml. */
    static final Path ROOT = Paths.get(System.getProperty("basedir", ".")).toAbsolutePath().normalize().getParent();

    private Repository() {}

    static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException missing) {
            throw new IllegalStateException(missing);
        }
    }

    static String text(InputStream in) throws IOException {
        return new String(bytes(in), StandardCharsets.UTF_8);
    }

    static byte[] bytes(InputStream in) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] buffer = new byte[1 << 14];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
        }
        return out.toByteArray();
    }

    /** The JAR under test, not the folder of its classes. */
    static Path jar() {
        try {
            Path jar = Paths.get(Client.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            if (jar.toString().endsWith(".jar")) {
                return jar;
            }
            throw new IllegalStateException("the tests do not run from the JAR but from " + jar);
        } catch (java.net.URISyntaxException bad) {
            throw new IllegalStateException(bad);
        }
    }

    static Path testClasses() {
        return ROOT.resolve("java/target/test-classes");
    }

    /** Built with the feature test-panic. */
    static Path panicLibrary() {
        return ROOT.resolve("target/debug/libchexiao_jni.so");
    }
}
