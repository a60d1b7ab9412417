package io.github.chexiao.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Locale;

/** The command {@code chexiao} of this platform: the JAR's, else that of PATH. */
final class Command {
    private Command() {}

    static Path in(Path folder) throws IOException {
        boolean windows = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
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
        return Paths.get("chexiao");
    }

    private static Path executable(Path file) throws IOException {
        if (!file.toFile().setExecutable(true)) {
            throw new IOException(file + " cannot be made executable");
        }
        return file;
    }

    private static String arch() {
        String name = System.getProperty("os.arch", "");
        return name.equals("amd64") ? "x86_64" : name;
    }
}
