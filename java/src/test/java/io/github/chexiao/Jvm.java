package io.github.chexiao;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Another JVM of the same kind, with the JAR and the test classes, watched by -Xcheck:jni. */
final class Jvm {
    /** Without it, JVMs of 24 and later print a warning. */
    static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";

    final int exit;
    final String output;

    private Jvm(int exit, String output) {
        this.exit = exit;
        this.output = output;
    }

    static int feature() {
        return Integer.parseInt(System.getProperty("java.specification.version").replace("1.", ""));
    }

    /** Where there are none, the test is skipped, and says so. */
    static ThreadFactory virtualThreads() throws ReflectiveOperationException {
        // A child has no JUnit.
        if (feature() < 21) {
            assumeTrue(false, "Java " + feature() + " has no virtual threads");
        }
        Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
        return (ThreadFactory) Class.forName("java.lang.Thread$Builder").getMethod("factory").invoke(builder);
    }

    /** Options, main class, arguments. */
    static List<String> command(String... rest) {
        return commandWith(Repository.jar() + File.pathSeparator + Repository.testClasses(), rest);
    }

    static List<String> commandWith(String classPath, String... rest) {
        List<String> command = new ArrayList<>(Arrays.asList(System.getProperty("java.home") + "/bin/java", "-Xcheck:jni", "-Xmx256m"));
        command.addAll(feature() < 24 ? Collections.emptyList() : Collections.singletonList(NATIVE_ACCESS));
        command.addAll(Arrays.asList("-cp", classPath));
        command.addAll(Arrays.asList(rest));
        return command;
    }

    static Jvm run(String... rest) throws IOException, InterruptedException {
        return run(command(rest));
    }

    static Jvm run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("chexiao-test-", ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still running after 60 s: " + command + "\n" + Repository.text(log));
            }
            return new Jvm(process.exitValue(), Repository.text(log));
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }

    /** What a program ends with that did all it should, and about whose use of JNI the JVM has nothing to say. */
    Jvm wellDone() {
        if (exit != 0 || output.matches("(?s).*(WARNING in native|WARNING: JNI|FATAL ERROR).*")) {
            throw new AssertionError("exit " + exit + ": " + output);
        }
        return this;
    }
}
