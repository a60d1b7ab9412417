package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is in the JAR, read from the file. */
class PackageIT {
    private static final String LIBRARY = "META-INF/native/" + Platform.current() + "/libchexiao_jni.so";

    @Test
    void everyClassIsOfJava8() throws Exception {
        int classes = 0;
        try (JarFile jar = new JarFile(Repository.jar().toFile())) {
            for (JarEntry entry : Collections.list(jar.entries())) {
                if (entry.getName().endsWith(".class")) {
                    try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
                        assertEquals(0xcafebabe, in.readInt());
                        in.readUnsignedShort();
                        assertEquals(52, in.readUnsignedShort(), entry.getName());
                        classes++;
                    }
                    assertTrue(entry.getName().startsWith("io/github/chexiao/"), entry.getName());
                }
            }
        }
        assertTrue(classes >= 20, classes + " classes");
    }

    @Test
    void theJarAndItsLibraryAreOfOneVersion() {
        assertEquals("chexiao-" + Client.version() + ".jar", Repository.jar().getFileName().toString());
    }

    @Test
    void theManifestNamesTheModule() throws Exception {
        try (JarFile jar = new JarFile(Repository.jar().toFile())) {
            assertEquals("io.github.chexiao", jar.getManifest().getMainAttributes().getValue("Automatic-Module-Name"));
            assertTrue(jar.getEntry("META-INF/LICENSE-MIT") != null && jar.getEntry("META-INF/LICENSE-APACHE") != null);
        }
    }

    @Test
    void theManifestIsThatOfABundleThatNeedsNothingButJava8() throws Exception {
        try (JarFile jar = new JarFile(Repository.jar().toFile())) {
            Attributes headers = jar.getManifest().getMainAttributes();
            assertEquals("io.github.chexiao", headers.getValue("Bundle-SymbolicName"));
            assertEquals(Client.version(), headers.getValue("Bundle-Version"));
            assertTrue(headers.getValue("Export-Package").startsWith("io.github.chexiao;"), headers.getValue("Export-Package"));
            assertTrue(headers.getValue("Require-Capability").contains("(version=1.8)"), headers.getValue("Require-Capability"));
            for (String wanted : headers.getValue("Import-Package").split(",(?=[a-z])")) {
                assertTrue(wanted.contains(";resolution:=optional;version="), wanted);
            }
        }
    }

    @Test
    void theLibraryNeedsGlibc217AtMostAndHoldsNoPathOfItsBuilder() throws Exception {
        String library;
        try (JarFile jar = new JarFile(Repository.jar().toFile());
                InputStream in = jar.getInputStream(jar.getEntry(LIBRARY))) {
            library = new String(Repository.bytes(in), StandardCharsets.ISO_8859_1);
        }
        TreeSet<Integer> versions = new TreeSet<>();
        Matcher needed = Pattern.compile("GLIBC_2\\.(\\d+)").matcher(library);
        while (needed.find()) {
            versions.add(Integer.parseInt(needed.group(1)));
        }
        assertFalse(versions.isEmpty());
        assertTrue(versions.last() <= 17, "needs GLIBC_2." + versions.last());
        assertFalse(library.contains("test-panic"), "the library of the tests is in the JAR");
        System.out.println("the library needs GLIBC_2." + versions.last() + " and has " + library.length() + " bytes");
    }

    @Test
    void theLibraryExportsNothingButItsMethods() throws Exception {
        String[] command = {"readelf", "--dyn-syms", "--dynamic", "--wide", extracted().toString()};
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String symbols = Repository.text(process.getInputStream());
        Matcher exported = Pattern.compile("(?m)^ *\\d+: +[0-9a-f]+ +\\d+ FUNC +(GLOBAL|WEAK) +DEFAULT +\\d+ (\\S+)$").matcher(symbols);
        TreeSet<String> names = new TreeSet<>();
        while (exported.find()) {
            names.add(exported.group(2).replace("Java_io_github_chexiao_", ""));
        }
        assertEquals(
                "[BulkNative_add, BulkNative_ask, BulkNative_begin, BulkNative_free, BulkNative_openJob, BulkNative_openJournal,"
                        + " BulkNative_read, BulkNative_stop, BulkNative_stopper, BulkNative_take, Native_about, Native_ask, Native_diagnose,"
                        + " Native_free, Native_gateways, Native_open, Native_submit, Native_take, Native_withdraw]",
                names.toString());
        assertTrue(symbols.contains("NODELETE") && symbols.contains("NOW"), symbols);
    }

    private static java.nio.file.Path extracted() throws Exception {
        java.nio.file.Path file = Repository.ROOT.resolve("java/target/extracted.so");
        try (JarFile jar = new JarFile(Repository.jar().toFile());
                InputStream in = jar.getInputStream(jar.getEntry(LIBRARY))) {
            java.nio.file.Files.copy(in, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }
}
