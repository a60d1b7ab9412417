package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.servlet.http.HttpServletRequest;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java on the pages compiles as it stands there. */
class PagesIT {
    private static final String PACKAGE_PAGE = "java/src/main/java/io/github/chexiao/package-info.java";
    private static final List<String> PAGES = Arrays.asList(PACKAGE_PAGE, "README.md", "README.zh-CN.md", "docs/guide/java.md",
            "docs/guide/java.zh-CN.md", "docs/notifications.md", "docs/notifications.zh-CN.md", "docs/bulk.md", "docs/bulk.zh-CN.md");
    private static final String IMPORTS = "import io.github.chexiao.*; import jakarta.servlet.http.*; import java.nio.file.*; import java.util.*;\n";
    private static final String WORLD = "abstract class World {"
            + " static String number = \"A1\"; static void releaseStock() {} static void fulfilOrRefund() {}"
            + " static Client client; static HttpServletRequest request; static HttpServletResponse response; static void store(Notice notice) {}"
            + " static void queryLater(Object order) {} static void alert(String why) {} }\n"
            + "@interface Configuration {} @interface Bean { String destroyMethod(); } @interface Value { String value(); }\n"
            + "interface Logger { void info(String text, Object value); }\n"
            + "class LoggerFactory { static Logger getLogger(String name) { return (text, value) -> {}; } }\n";

    @TempDir
    Path folder;

    @Test
    void compiles() throws Exception {
        List<String> files = new ArrayList<>();
        files.add(write("World", IMPORTS + WORLD));
        for (String page : PAGES) {
            String text = Repository.text(Repository.ROOT.resolve(page)).replaceAll("(?m)^ \\* ?", "");
            Matcher block = Pattern.compile("(?s)(?:```java\n|<pre>\\{@code\n)(.*?)(?:```|}</pre>)").matcher(text);
            while (block.find()) {
                String name = "Page" + files.size();
                boolean isClass = block.group(1).contains("class ");
                String body = isClass ? block.group(1) : "class " + name + " extends World { static void run() throws Exception {\n" + block.group(1) + "} }";
                files.add(write(name, IMPORTS + body.replaceAll("class PayConfiguration", "class " + name)));
            }
        }
        assertTrue(files.size() >= 2, "no Java on the pages");
        Object servlets = Paths.get(HttpServletRequest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<String> command = new ArrayList<>(Arrays.asList(System.getProperty("java.home") + "/bin/javac", "-encoding", "UTF-8"));
        command.addAll(Arrays.asList("-d", folder.toString(), "-cp", Repository.jar() + File.pathSeparator + servlets));
        command.addAll(files);
        Jvm javac = Jvm.run(command);
        assertEquals(0, javac.exit, javac.output);
    }

    private String write(String name, String text) throws Exception {
        return Files.write(folder.resolve(name + ".java"), text.getBytes(UTF_8)).toString();
    }
}
