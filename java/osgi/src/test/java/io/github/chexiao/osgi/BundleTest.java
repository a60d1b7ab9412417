package io.github.chexiao.osgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiFunction;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.launch.Framework;
import org.osgi.framework.launch.FrameworkFactory;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** The JAR in the framework on the class path, with the sandbox whose configurations lie in the folder {@code CHEXIAO_KEYS}. */
class BundleTest {
    private static final Path JAR = Paths.get("../target/chexiao-0.2.0.jar");
    private static final String CONFIG = System.getenv("CHEXIAO_KEYS") + "/wechat.json";
    private static final String NAMED = "chexiao.library.path";

    @TempDir Path folder;
    private Framework framework;
    private Bundle chexiao;
    private Bundle shop;

    @BeforeEach
    void begin() throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put(Constants.FRAMEWORK_STORAGE, folder.resolve("storage").toString());
        framework = ServiceLoader.load(FrameworkFactory.class).iterator().next().newFramework(settings);
        framework.start();
        chexiao = context().installBundle(JAR.toUri().toString());
        shop = context().installBundle("shop", shop());
    }

    @AfterEach
    void end() throws Exception {
        System.clearProperty(NAMED);
        framework.stop();
        framework.waitForStop(0);
    }

    @Test
    void closesWithNothingBesideIt() throws Exception {
        shop.start();
        assertEquals("CLOSED", close());
        assertEquals(Collections.emptySet(), imports());
    }

    @Test
    void isWiredToWhatIsThere() throws Exception {
        // The newest of jakarta and of Jackson's, an old one of javax. (Spring gives out no bundle.)
        try (Stream<Path> bundles = Files.list(Paths.get("target/bundles"))) {
            for (Path bundle : (Iterable<Path>) bundles::iterator) {
                context().installBundle(bundle.toUri().toString());
            }
        }
        shop.start();
        assertEquals("CLOSED", close());
        assertEquals(
                "[com.fasterxml.jackson.annotation, jakarta.servlet, jakarta.servlet.http, javax.servlet, javax.servlet.http]",
                imports().toString());
        for (String adapter : new String[] {"JakartaServlet", "JavaxServlet"}) {
            assertEquals(2, chexiao.loadClass("io.github.chexiao." + adapter).getDeclaredMethods().length, adapter);
        }
    }

    /** The JVM refuses one file to two class loaders, so each generation of classes has a copy. */
    @Test
    void isUpdatedAndRefreshedWhileItRuns() throws Exception {
        shop.start();
        assertEquals("CLOSED", close());
        long copies = copies();
        assertTrue(copies >= 1);
        Class<?> before = chexiao.loadClass("io.github.chexiao.Client");
        for (int generation = 1; generation <= 3; generation++) {
            try (InputStream same = Files.newInputStream(JAR)) {
                chexiao.update(same);
            }
            refresh();
            assertEquals(Bundle.ACTIVE, shop.getState());
            assertEquals("CLOSED", close());
            assertTrue(before != chexiao.loadClass("io.github.chexiao.Client"));
            assertEquals(copies + generation, copies(), "what was loaded stays, one more comes");
        }
    }

    /** Until it is refreshed, who is wired to the old classes keeps them. */
    @Test
    void theOldClassesWorkOnUntilTheRefresh() throws Exception {
        shop.start();
        assertEquals("CLOSED", close());
        long copies = copies();
        try (InputStream same = Files.newInputStream(JAR)) {
            chexiao.update(same);
        }
        assertEquals("CLOSED", close());
        assertEquals(copies, copies());
    }

    /** A library that is named is one file. */
    @Test
    void aNamedLibraryIsOfOneGeneration() throws Exception {
        Path library = folder.resolve("libchexiao_jni.so");
        try (JarFile jar = new JarFile(JAR.toFile())) {
            JarEntry packed = jar.stream().filter(entry -> entry.getName().endsWith("linux-x86_64/libchexiao_jni.so")).findAny().get();
            Files.copy(jar.getInputStream(packed), library);
        }
        System.setProperty(NAMED, library.toString());
        shop.start();
        assertEquals("CLOSED", close());
        refresh();
        RuntimeException refused = assertThrows(RuntimeException.class, () -> close());
        assertEquals("io.github.chexiao.ConfigException", refused.getClass().getName());
        assertTrue(refused.getMessage().contains("already loaded in another classloader"), refused.getMessage());
        assertTrue(refused.getMessage().contains("do not set it"), refused.getMessage());
        System.clearProperty(NAMED);
        assertEquals("CLOSED", close());
    }

    private BundleContext context() {
        return framework.getBundleContext();
    }

    @SuppressWarnings("unchecked")
    private String close() {
        ServiceReference<?> closing = shop.getRegisteredServices()[0];
        return ((BiFunction<String, String, String>) context().getService(closing)).apply(CONFIG, "A" + System.nanoTime());
    }

    private void refresh() throws InterruptedException {
        CountDownLatch refreshed = new CountDownLatch(1);
        framework.adapt(FrameworkWiring.class).refreshBundles(Collections.singleton(chexiao), event -> refreshed.countDown());
        refreshed.await();
    }

    /** The packages that the bundle gets from others. */
    private TreeSet<Object> imports() {
        TreeSet<Object> packages = new TreeSet<>();
        for (BundleWire wire : chexiao.adapt(BundleWiring.class).getRequiredWires(PackageNamespace.PACKAGE_NAMESPACE)) {
            packages.add(wire.getCapability().getAttributes().get(PackageNamespace.PACKAGE_NAMESPACE));
        }
        return packages;
    }

    /** How many files of the library are in this process, each with one mapping that is executable. */
    private static long copies() throws Exception {
        try (Stream<String> maps = Files.lines(Paths.get("/proc/self/maps"))) {
            return maps.filter(line -> line.contains("libchexiao_jni.so") && line.contains("r-xp")).count();
        }
    }

    /** The activator as a bundle that wants these two packages. */
    private static InputStream shop() throws Exception {
        Manifest manifest = new Manifest();
        Attributes headers = manifest.getMainAttributes();
        headers.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        headers.putValue(Constants.BUNDLE_MANIFESTVERSION, "2");
        headers.putValue(Constants.BUNDLE_SYMBOLICNAME, "shop");
        headers.putValue(Constants.BUNDLE_ACTIVATOR, "shop.Activator");
        headers.putValue(Constants.IMPORT_PACKAGE, "io.github.chexiao;version=\"[0.2,0.3)\",org.osgi.framework");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.putNextEntry(new JarEntry("shop/Activator.class"));
            jar.write(Files.readAllBytes(Paths.get("target/test-classes/shop/Activator.class")));
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }
}
