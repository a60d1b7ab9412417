package io.github.chexiao.sandbox;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The gateways on 127.0.0.1 with throw-away keys and ready configurations, until it is closed or the JVM exits; a JVM that is killed leaves
 * it. For tests only: the command {@code chexiao} of the JAR, else of PATH, plays them.
 */
public final class Sandbox implements AutoCloseable {
    private static final Pattern HTTP_URL = Pattern.compile("\"http_url\":\"([^\"]*)\"");

    private final Path folder;
    private final Process process;
    private final Thread atExit = new Thread(this::end, "chexiao-sandbox-end");
    private final String httpUrl;

    private Sandbox(Path folder, Process process) throws IOException {
        this.folder = folder;
        this.process = process;
        try {
            Runtime.getRuntime().addShutdownHook(atExit);
            httpUrl = said();
        } catch (IOException | RuntimeException failed) {
            close();
            throw failed;
        }
    }

    /**
     * Begins one.
     *
     * @param options any of the command {@code chexiao sandbox} but {@code --dir} and {@code --json}
     * @return the sandbox, ready
     * @throws IOException if the command is not there, or ends at once
     */
    public static Sandbox start(String... options) throws IOException {
        Path folder = Files.createTempDirectory("chexiao-sandbox-");
        Process process;
        try {
            List<String> arguments = new ArrayList<>(Arrays.asList("sandbox", "--json", "--dir", folder.resolve("keys").toString()));
            arguments.addAll(Arrays.asList(options));
            process = Command.begin(folder, arguments);
        } catch (IOException | RuntimeException failed) {
            delete(folder.toFile());
            throw failed;
        }
        return new Sandbox(folder, process);
    }

    /**
     * Where a configuration lies, to open a client with.
     *
     * @param name of a kind of merchant
     * @return its file
     */
    public Path config(String name) {
        return folder.resolve("keys").resolve(name + ".json");
    }

    /**
     * Where its pages are.
     *
     * @return the address without TLS
     */
    public String httpUrl() {
        return httpUrl;
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // The hook does the same beside this.
        }
        end();
    }

    private void end() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        delete(folder.toFile());
    }

    /** The line by which it says that it is ready. */
    private String said() throws IOException {
        String said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        Matcher url = HTTP_URL.matcher(said == null ? "" : said);
        if (!url.find()) {
            throw new IOException("the sandbox did not start" + (said == null ? "" : ": " + said));
        }
        return url.group(1);
    }

    private static void delete(File file) {
        File[] inside = file.listFiles();
        for (File each : inside == null ? new File[0] : inside) {
            delete(each);
        }
        file.delete();
    }
}
