package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples, compiled with the JAR alone and run against the sandbox. */
class ExamplesIT {
    private static final String[] EXAMPLES = {"Close", "CloseWithHttpUrlConnection"};

    @TempDir
    static Path classes;

    private final Sandbox sandbox = Sandbox.shared();

    @BeforeAll
    static void compile() throws Exception {
        List<String> command = new ArrayList<>(Arrays.asList(System.getProperty("java.home") + "/bin/javac", "-Xlint:all,-options", "-Werror"));
        command.addAll(Jvm.feature() < 9 ? Arrays.asList() : Arrays.asList("--release", "8"));
        command.addAll(Arrays.asList("-cp", Repository.jar().toString(), "-d", classes.toString()));
        for (String example : EXAMPLES) {
            command.add(Repository.ROOT.resolve("examples/" + example + ".java").toString());
        }
        Jvm javac = Jvm.run(command);
        assertEquals(0, javac.exit, javac.output);
    }

    @Test
    void closeOrdersAndSayWhatHappened() throws Exception {
        ends(0, "edgeros.json", "mch_trade_no", "A");
        ends(11, "wechat.json", "out_trade_no", "A");
        ends(11, "ysepay.json", "protocol_no", "A");
        ends(12, "wechat.json", "out_trade_no", "CLOSED");
        ends(13, "wechat.json", "out_trade_no", "PAID");
        ends(15, "wechat.json", "out_trade_no", "NOTFOUND");
        ends(19, "wechat.json", "out_trade_no", "UNSIGNED");
        ends(19, "wechat.json", "out_trade_no", "CUT");
        ends(19, "wechat.json", "out_trade_no", "HALF");
        ends(19, "wechat.json", "out_trade_no", "RESET");
        ends(2, "wechat.json", "no_such_field", "A");
        ends(2, "no_such_file.json", "out_trade_no", "A");
        Path nobody = sandbox.file("nobody.json");
        Files.write(nobody, Repository.text(sandbox.file("wechat.json")).replaceAll("127.0.0.1:\\d+", "127.0.0.1:9").getBytes());
        ends(2, "nobody.json", "out_trade_no", "A");
    }

    private void ends(int exit, String config, String field, String prefix) throws Exception {
        for (String example : EXAMPLES) {
            String number = Sandbox.number(prefix);
            String order = "{\"" + field + "\":\"" + number + "\"}";
            List<String> command = Jvm.commandWith(
                    Repository.jar() + File.pathSeparator + classes, example, sandbox.file(config).toString(), order);
            if (example.equals("CloseWithHttpUrlConnection")) {
                command.add(sandbox.file("ca.pem").toString());
            }
            Jvm jvm = Jvm.run(command);
            assertEquals(exit, jvm.exit, example + " " + config + " " + order + ": " + jvm.output);
            Object posts = sandbox.book("wechat", number).get("posts");
            assertTrue(posts == null || posts.equals(1L), example + " " + number + " was posted " + posts + " times");
        }
    }
}
