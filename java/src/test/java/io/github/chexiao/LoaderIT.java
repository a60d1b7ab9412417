package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the library gets out of the JAR and into the JVM. */
class LoaderIT {
    private static final String CHILD = "io.github.chexiao.Child";

    @TempDir
    Path folder;

    private static void assertEmpty(Path folder) throws Exception {
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(0, left.count(), "left behind in " + folder);
        }
    }

    private static void assertRefused(Jvm jvm, String kind, String field, String... words) {
        assertEquals(3, jvm.exit, jvm.output);
        Map<?, ?> error = JsonReader.object(jvm.output.substring(Math.max(0, jvm.output.lastIndexOf("{\"error\""))).trim());
        assertEquals(kind, error.get("error"));
        assertEquals(field, error.get("field"));
        for (String word : words) {
            assertTrue(jvm.output.contains(word), jvm.output);
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        // What else a name may hold depends on the locale of the JVM.
        String name = "with spaces" + ("UTF-8".equals(System.getProperty("sun.jnu.encoding")) ? " 撤销" : "");
        Path tmp = Files.createDirectory(folder.resolve(name));
        assertEquals("signed\n", Jvm.run("-Dchexiao.tmpdir=" + tmp, CHILD, "sign").wellDone().output);
        assertEmpty(tmp);
        assertEquals("signed\n", Jvm.run("-Djava.io.tmpdir=" + tmp, CHILD, "sign").wellDone().output);
        assertEmpty(tmp);
    }

    @Test
    void aJarInAPathWithSpaces() throws Exception {
        Path jar = Files.copy(Repository.jar(), Files.createDirectory(folder.resolve("a b#c%20")).resolve("che xiao.jar"));
        String classPath = jar + File.pathSeparator + Repository.testClasses();
        assertEquals("signed\n", Jvm.run(Jvm.commandWith(classPath, CHILD, "sign")).wellDone().output);
    }

    @Test
    void theFolderIsPrivateWhileItExists() throws Exception {
        String resource = "/META-INF/native/" + Platform.current() + "/libchexiao_jni.so";
        try (NativeFile copy = NativeFile.extract(resource, folder.toString())) {
            Path file = java.nio.file.Paths.get(copy.path());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())));
            assertTrue(Files.size(file) > 1_000_000);
        }
        assertEmpty(folder);
    }

    @Test
    void sixteenJvmsAtOnce() throws Exception {
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            processes.add(new ProcessBuilder(Jvm.command("-Dchexiao.tmpdir=" + folder, CHILD, "sign"))
                    .redirectErrorStream(true)
                    .redirectOutput(new File("/dev/null"))
                    .start());
        }
        for (Process process : processes) {
            assertTrue(process.waitFor(120, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        }
        assertEmpty(folder);
    }

    @Test
    void twoClassLoadersAndTheirEnd() throws Exception {
        URL[] jar = {Repository.jar().toUri().toURL(), Repository.testClasses().toUri().toURL()};
        List<WeakReference<ClassLoader>> gone = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            URLClassLoader first = new URLClassLoader(jar, null);
            URLClassLoader second = new URLClassLoader(jar, null);
            assertNotSame(first.loadClass(CHILD), second.loadClass(CHILD));
            for (URLClassLoader loader : new URLClassLoader[] {first, second, first}) {
                for (String what : new String[] {"sign", "async"}) {
                    loader.loadClass(CHILD).getMethod("main", String[].class).invoke(null, (Object) new String[] {what});
                }
            }
            gone.add(new WeakReference<>(first));
            gone.add(new WeakReference<>(second));
            first.close();
            second.close();
        }
        // The thread that takes what has finished ends a second after the last call.
        for (int i = 0; i < 500 && gone.stream().anyMatch(loader -> loader.get() != null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        gone.forEach(loader -> assertNull(loader.get(), "a class loader is kept"));
        try (Client client = Sandbox.shared().client("wechat")) {
            assertEquals(OutcomeCode.CLOSED, client.closeOrder(Sandbox.wechatOrder("A")).code());
        }
    }

    @Test
    void aFailureCanBeTriedAgain() throws Exception {
        Jvm jvm = Jvm.run(CHILD, "retry", folder.toString()).wellDone();
        assertTrue(jvm.output.contains("/no/such/folder") && jvm.output.endsWith("signed\n"), jvm.output);
    }

    @Test
    void anInterruptedThreadLoadsItToo() throws Exception {
        assertEquals("signed\n", Jvm.run(CHILD, "sign-interrupted").wellDone().output);
    }

    @Test
    void aFolderThatForbidsExecutionIsNamedWithTheRemedy() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "noexec", "tmpfs", folder.toString()) == 0, "mounting needs root");
        try {
            Jvm jvm = Jvm.run("-Dchexiao.tmpdir=" + folder, CHILD, "sign");
            String[] words = {folder.toString(), "noexec", "-Dchexiao.tmpdir=FOLDER", "-Dchexiao.library.path=FILE"};
            assertRefused(jvm, "config", "chexiao.tmpdir", words);
            assertEmpty(folder);
        } finally {
            assertEquals(0, run("umount", folder.toString()));
        }
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(new File("/dev/null")).start().waitFor();
    }

    @Test
    void aFullFolderIsNamed() throws Exception {
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.toString()) == 0, "mounting needs root");
        try {
            Jvm jvm = Jvm.run("-Dchexiao.tmpdir=" + folder, CHILD, "sign");
            assertRefused(jvm, "config", "chexiao.tmpdir", "cannot be copied", "chexiao.tmpdir=FOLDER");
            assertEmpty(folder);
        } finally {
            assertEquals(0, run("umount", folder.toString()));
        }
    }

    @Test
    void aPlatformWithoutLibraryIsNamed() throws Exception {
        String[][] platforms = {
            {"Linux", "riscv64", "linux-riscv64"}, {"Windows 11", "amd64", "windows-x86_64"}, {"Mac OS X", "arm64", "macos-aarch64"}
        };
        for (String[] platform : platforms) {
            Jvm jvm = Jvm.run("-Dos.name=" + platform[0], "-Dos.arch=" + platform[1], CHILD, "sign");
            assertRefused(jvm, "unsupported", "chexiao.library.path", platform[2], "-Dchexiao.library.path=FILE");
        }
    }

    @Test
    void aFileOfYourOwn() throws Exception {
        Path own = folder.resolve("my library.so");
        String entry = "META-INF/native/" + Platform.current() + "/libchexiao_jni.so";
        try (JarFile jar = new JarFile(Repository.jar().toFile());
                InputStream in = jar.getInputStream(jar.getEntry(entry))) {
            Files.copy(in, own);
        }
        assertEquals("signed\n", Jvm.run("-Dos.arch=riscv64", "-Dchexiao.library.path=" + own, CHILD, "sign").wellDone().output);
        assertTrue(Files.exists(own));
        String missing = folder.resolve("missing.so").toString();
        assertRefused(Jvm.run("-Dchexiao.library.path=" + missing, CHILD, "sign"), "config", "chexiao.library.path", missing);
        Path text = Files.write(folder.resolve("text.so"), Collections.singleton("no library"));
        assertRefused(Jvm.run("-Dchexiao.library.path=" + text, CHILD, "sign"), "config", "chexiao.library.path", "does not load");
        Path other = Files.copy(java.nio.file.Paths.get(System.getProperty("java.home"), "lib", "libzip.so"), folder.resolve("other.so"));
        assertRefused(Jvm.run("-Dchexiao.library.path=" + other, CHILD, "sign"), "config", "chexiao.library.path", "is not chexiao's library");
    }

    @Test
    void aDamagedCopyIsNotLoaded() throws Exception {
        Path damaged = folder.resolve("damaged.jar");
        try (JarFile jar = new JarFile(Repository.jar().toFile());
                OutputStream file = Files.newOutputStream(damaged);
                JarOutputStream out = new JarOutputStream(file)) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                byte[] bytes = Repository.bytes(jar.getInputStream(entry));
                if (entry.getName().endsWith(".so")) {
                    bytes[bytes.length / 2] ^= 1;
                }
                out.putNextEntry(new JarEntry(entry.getName()));
                out.write(bytes);
            }
        }
        String classPath = damaged + File.pathSeparator + Repository.testClasses();
        assertRefused(Jvm.run(Jvm.commandWith(classPath, CHILD, "sign")), "config", "chexiao.tmpdir", "SHA-256");
    }

    @Test
    void onTheModulePath() throws Exception {
        assumeTrue(Jvm.feature() >= 9, "modules came with 9");
        List<String> command = Jvm.commandWith("", "-p", Repository.jar().toString(), "--patch-module");
        command.add("io.github.chexiao=" + Repository.testClasses());
        command.add("-m");
        command.add("io.github.chexiao/" + CHILD);
        command.add("sign");
        assertTrue(Jvm.run(command).wellDone().output.endsWith("signed\n"));
    }

    @Test
    void aJvmThatForbidsNativeAccessNamesTheOption() throws Exception {
        assumeTrue(Jvm.feature() >= 24, "JDK 24 and later");
        List<String> command = Jvm.command("--illegal-native-access=deny", CHILD, "sign");
        assertEquals("signed\n", Jvm.run(command).wellDone().output);
        assertTrue(command.remove(Jvm.NATIVE_ACCESS));
        assertRefused(Jvm.run(command), "config", "chexiao.tmpdir", "--enable-native-access=ALL-UNNAMED");
    }
}
