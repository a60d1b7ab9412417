package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the JAR tells native images against what its library really looks up, as an agent of the JVM sees it. */
class LookupsIT {
    private static final String METADATA = "META-INF/native-image/io.github.chexiao/chexiao/";
    /** What the classes themselves look up: {@link VirtualThread}. */
    private static final String OURS = "java.lang.Thread.isVirtual()";

    @TempDir static Path folder;

    @Test
    void whatTheLibraryLooksUpIsInTheMetadataAndNothingElse() throws Exception {
        TreeSet<String> seen = seen();
        assertTrue(seen.size() > 10, seen.toString());
        assertEquals(lines(seen), lines(declared(JsonReader.object(metadata("reachability-metadata.json")).get("reflection"), "type")));
        for (Object each : list(JsonReader.object(metadata("reachability-metadata.json")).get("reflection"))) {
            assertEquals(true, ((Map<?, ?>) each).get("jniAccessible"), each.toString());
        }
        assertEquals(lines(seen), lines(declared(JsonReader.read(metadata("jni-config.json")), "name")));
        assertEquals(lines(seen), lines(declared(JsonReader.read(metadata("reflect-config.json")), "name")));
    }

    @Test
    void everyLibraryAndItsSumIsAResource() throws Exception {
        Map<?, ?> resources = JsonReader.object(metadata("resource-config.json"));
        Map<?, ?> include = (Map<?, ?>) list(((Map<?, ?>) resources.get("resources")).get("includes")).get(0);
        Map<?, ?> glob = (Map<?, ?>) list(JsonReader.object(metadata("reachability-metadata.json")).get("resources")).get(0);
        Pattern pattern = Pattern.compile((String) include.get("pattern"));
        Pattern globbed = Pattern.compile(((String) glob.get("glob")).replace(".", "\\.").replace("*", "[^/]*"));
        int files = 0;
        try (JarFile jar = new JarFile(Repository.jar().toFile())) {
            for (String name : (Iterable<String>) jar.stream().map(Object::toString)::iterator) {
                boolean wanted = name.startsWith("META-INF/native/") && !name.endsWith("/");
                assertEquals(wanted, pattern.matcher(name).matches(), name);
                assertEquals(wanted, globbed.matcher(name).matches(), name);
                files += wanted ? 1 : 0;
            }
        }
        assertTrue(files >= 2, files + " files");
    }

    /** As it is in the metadata: types, and methods as "type.name(parameters)". */
    private static TreeSet<String> seen() throws Exception {
        Path agent = agent();
        Path file = folder.resolve("lookups");
        String config = Sandbox.shared().file("wechat.json").toString();
        run("-agentpath:" + agent + "=" + file, "io.github.chexiao.Lookups", config, folder.resolve("journal").toString());
        run("-agentpath:" + agent + "=" + file + ",full", "io.github.chexiao.Lookups");
        TreeSet<String> seen = new TreeSet<>();
        seen.add(OURS);
        for (String line : Files.readAllLines(file)) {
            String[] words = line.split(" ");
            switch (words[0]) {
                case "class":
                    seen.add(words[1].replace('/', '.'));
                    break;
                case "method":
                    seen.add(name(words[1]));
                    seen.add(name(words[1]) + "." + words[2] + parameters(words[3]));
                    break;
                default:
                    throw new AssertionError("the metadata have no " + words[0] + ": " + line);
            }
        }
        return seen;
    }

    private static void run(String... rest) throws Exception {
        List<String> command = Jvm.command(rest);
        command.remove("-Xcheck:jni"); // which has much to say about an array that is not there
        Jvm ended = Jvm.run(command);
        assertEquals(0, ended.exit, ended.output);
        assertTrue(ended.output.contains("done"), ended.output);
    }

    /** By the headers of a JDK: this one's, or that of the Java that runs here. */
    private static Path agent() throws Exception {
        Path home = Paths.get(System.getProperty("java.home"));
        Path include = Stream.of(home.resolve("include"), home.resolveSibling("include")).filter(Files::isDirectory).findFirst().orElse(null);
        assumeTrue(include != null, "a Java without jvmti.h");
        Path agent = folder.resolve("liblookups.so");
        Path source = Repository.ROOT.resolve("java/src/test/jni/lookups.c");
        String[] command = {"cc", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-I" + include, "-I" + include.resolve("linux"), "" + source,
            "-o", "" + agent, "-ldl"};
        Process compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = Repository.text(compiler.getInputStream());
        assertEquals(0, compiler.waitFor(), said);
        return agent;
    }

    private static TreeSet<String> declared(Object types, String key) {
        TreeSet<String> declared = new TreeSet<>();
        for (Object each : list(types)) {
            String type = (String) ((Map<?, ?>) each).get(key);
            declared.add(type);
            for (Object method : list(((Map<?, ?>) each).get("methods"))) {
                String parameters = list(((Map<?, ?>) method).get("parameterTypes")).toString();
                declared.add(type + "." + ((Map<?, ?>) method).get("name") + "(" + parameters.substring(1, parameters.length() - 1) + ")");
            }
        }
        return declared;
    }

    /** "Ljava/lang/Thread;" as "java.lang.Thread". */
    private static String name(String type) {
        switch (type) {
            case "I":
                return "int";
            case "J":
                return "long";
            case "Z":
                return "boolean";
            default:
                assertTrue(type.matches("L[^;]+;"), type);
                return type.substring(1, type.length() - 1).replace('/', '.');
        }
    }

    private static String parameters(String signature) {
        List<String> names = new ArrayList<>();
        Matcher each = Pattern.compile("\\[*(L[^;]+;|[A-Z])").matcher(signature.substring(1, signature.indexOf(')')));
        while (each.find()) {
            names.add(name(each.group()));
        }
        return "(" + String.join(", ", names) + ")";
    }

    private static String metadata(String file) throws Exception {
        try (JarFile jar = new JarFile(Repository.jar().toFile());
                InputStream in = jar.getInputStream(jar.getEntry(METADATA + file))) {
            return Repository.text(in);
        }
    }

    private static List<?> list(Object array) {
        return (List<?>) array;
    }

    private static String lines(TreeSet<String> names) {
        return String.join("\n", names);
    }
}
