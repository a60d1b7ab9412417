package io.github.chexiao.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The command {@code chexiao} of this platform: the JAR's; that of PATH where the JAR has none, or one that does not run here. */
final class Command {
    private static final String ON_PATH = "chexiao";

    private Command() {}

    /** Begins it; what it needs of the JAR is copied into {@code folder}. */
    static Process begin(Path folder, List<String> arguments) throws IOException {
        Path own = copied(folder);
        if (own == null) {
            return begin(ON_PATH, arguments);
        }
        try {
            return begin(own.toString(), arguments);
        } catch (IOException failed) { // a folder that nothing runs from, or another C library
            try {
                return begin(ON_PATH, arguments);
            } catch (IOException neither) {
                failed.addSuppressed(neither);
                throw failed;
            }
        }
    }

    private static Process begin(String program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(arguments);
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** Null where the JAR has none for this platform. */
    private static Path copied(Path folder) throws IOException {
        String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        boolean windows = os.startsWith("windows");
        if (!windows && !os.equals("linux")) {
            return null;
        }
        String platform = (windows ? "windows-" : "linux-") + arch();
        Path file = folder.resolve(windows ? "chexiao.exe" : "chexiao");
        // The one for musl needs no C library: it runs everywhere.
        for (String name : new String[] {platform + "-musl", platform}) {
            try (InputStream in = Command.class.getResourceAsStream("/META-INF/chexiao/" + name + "/" + file.getFileName())) {
                if (in != null) {
                    Files.copy(in, file);
                    return executable(file);
                }
            }
        }
        return null;
    }

    private static Path executable(Path file) throws IOException {
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
        return file;
    }

    private static String arch() {
        String name = System.getProperty("os.arch", "");
        switch (name) {
            case "amd64":
            case "x64":
                return "x86_64";
            case "arm64":
                return "aarch64";
            default:
                return name;
        }
    }
}
