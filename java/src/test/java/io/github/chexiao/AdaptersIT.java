package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The classes that are for another's library need that one and no other; all the rest need none. */
class AdaptersIT {
    private static final List<Class<?>> ADAPTERS = Arrays.asList(JakartaServlet.class, JavaxServlet.class, SpringWeb.class);

    @Test
    void withoutALibraryAllTheRestIsWhole() throws Exception {
        List<String> classes = classes();
        assertTrue(classes.size() > 40, classes.size() + " classes");
        String output = linked(Repository.jar().toString(), classes);
        assertEquals(ADAPTERS.size() + 1, output.split("\n").length, output);
        ADAPTERS.forEach(adapter -> assertTrue(output.contains(adapter.getName() + " wants "), output));
    }

    @Test
    void withItsLibraryEachIsWhole() throws Exception {
        assertLinks(JakartaServlet.class, jakarta.servlet.http.HttpServletRequest.class);
        assertLinks(JavaxServlet.class, javax.servlet.http.HttpServletRequest.class);
        assertLinks(SpringWeb.class, org.springframework.http.HttpEntity.class, org.springframework.util.MultiValueMap.class);
    }

    private static void assertLinks(Class<?> adapter, Class<?>... libraries) throws Exception {
        List<String> path = new ArrayList<>(Collections.singletonList(Repository.jar().toString()));
        for (Class<?> library : libraries) {
            path.add(new File(library.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
        }
        assertEquals("1 tried\n", linked(String.join(File.pathSeparator, path), Collections.singletonList(adapter.getName())));
    }

    @Test
    void asAModuleToo() throws Exception {
        assumeTrue(Jvm.feature() >= 9, "modules came with 9");
        String servlets = new File(jakarta.servlet.Servlet.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
        List<String> command = Jvm.commandWith("", "-p", Repository.jar() + File.pathSeparator + servlets, "--add-modules", "jakarta.servlet");
        command.addAll(Arrays.asList("--patch-module", "io.github.chexiao=" + Repository.testClasses(), "-m", "io.github.chexiao/io.github.chexiao.Child"));
        command.addAll(Arrays.asList("link", JakartaServlet.class.getName()));
        assertEquals("1 tried\n", Jvm.run(command).wellDone().output);
    }

    private static String linked(String classPath, List<String> classes) throws Exception {
        List<String> command = Jvm.commandWith(classPath + File.pathSeparator + Repository.testClasses(), "io.github.chexiao.Child", "link");
        command.addAll(classes);
        return Jvm.run(command).wellDone().output;
    }

    /** All in the JAR. */
    private static List<String> classes() throws Exception {
        try (JarFile jar = new JarFile(Repository.jar().toFile())) {
            return Collections.list(jar.entries()).stream()
                    .map(JarEntry::getName)
                    .filter(name -> name.endsWith(".class") && !name.endsWith("package-info.class"))
                    .map(name -> name.replace(".class", "").replace('/', '.'))
                    .collect(Collectors.toList());
        }
    }
}
