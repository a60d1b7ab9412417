package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** A configuration in a file: UTF-8, or UTF-16 with a byte order mark, as PowerShell writes it. */
final class ConfigFile {
    private static final String HINT = "check the path and its permissions, and save the file as UTF-8 请检查路径及其权限，并将文件存为 UTF-8";

    private ConfigFile() {
    }

    /** The text in UTF-8. */
    static byte[] read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            return isUtf16(bytes) ? utf8(bytes) : bytes;
        } catch (IOException bad) {
            // Not the cause, which repeats the path: that may be the configuration itself, keys and all.
            String why = bad instanceof NoSuchFileException ? "there is no such file" : "the system gives no text of it";
            throw ChexiaoException.of(Kind.CONFIG, null, "the configuration file" + named(file) + " cannot be read: " + why, HINT, null);
        }
    }

    private static boolean isUtf16(byte[] bytes) {
        return bytes.length >= 2 && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE);
    }

    private static byte[] utf8(byte[] utf16) throws IOException {
        ByteBuffer text = StandardCharsets.UTF_8.newEncoder().encode(StandardCharsets.UTF_16.newDecoder().decode(ByteBuffer.wrap(utf16)));
        return Arrays.copyOf(text.array(), text.limit());
    }

    /** What is surely the name of a file and nothing else. */
    private static String named(Path file) {
        String text = file.toString();
        return text.length() <= 200 && text.matches("[\\w./\\\\: -]+\\.json") ? " " + text : "";
    }
}
