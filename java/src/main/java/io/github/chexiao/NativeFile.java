package io.github.chexiao;

import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The library of this platform, copied out of the JAR into a folder of its own (0700) and gone when closed: the system keeps what is loaded.
 * Windows keeps the file too: there the next process that copies one removes it.
 * Plain file streams, because the channels behind {@link Files} fail on a thread that was interrupted.
 */
final class NativeFile implements AutoCloseable {
    private static final String PREFIX = "chexiao-jni-";

    private final File folder;
    private final File file;

    private NativeFile(File folder, File file) {
        this.folder = folder;
        this.file = file;
    }

    static boolean exists(String resource) {
        return NativeFile.class.getResource(resource) != null;
    }

    /** Copies {@code resource} and checks the copy against {@code resource.sha256}. */
    static NativeFile extract(String resource, String parent) throws IOException {
        Path folder = folderIn(Paths.get(parent));
        NativeFile copy = new NativeFile(folder.toFile(), folder.resolve(Paths.get(resource).getFileName()).toFile());
        try {
            copy.fill(resource);
            return copy;
        } catch (IOException | RuntimeException | Error failed) {
            copy.close();
            throw failed;
        }
    }

    /** For this user alone; on Windows, for whom the parent is. */
    private static Path folderIn(Path parent) throws IOException {
        if (parent.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return Files.createTempDirectory(
                    parent, PREFIX, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        sweep(parent.toFile());
        return Files.createTempDirectory(parent, PREFIX);
    }

    /** Removes what other processes have left, except what is loaded, which stays, and what one may be about to load. */
    private static void sweep(File parent) {
        File[] left = parent.listFiles((in, name) -> name.startsWith(PREFIX));
        for (File folder : left == null ? new File[0] : left) {
            if (folder.lastModified() < System.currentTimeMillis() - 3_600_000) {
                if (new File(folder, Platform.library()).delete()) {
                    folder.delete();
                }
            }
        }
    }

    String path() {
        return file.getAbsolutePath();
    }

    @Override
    public void close() {
        file.delete();
        folder.delete();
    }

    private void fill(String resource) throws IOException {
        if (!file.createNewFile()) {
            throw new IOException(file + " is there already: somebody else has written it");
        }
        try (InputStream in = open(resource);
                OutputStream out = new FileOutputStream(file)) {
            pump(in, out);
        }
        String expected = recorded(resource + ".sha256");
        String actual = sha256(file);
        if (!actual.equals(expected)) {
            throw new IOException("the copy of the library has the SHA-256 " + actual + ", the JAR says " + expected);
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = NativeFile.class.getResourceAsStream(resource);
        if (in == null) {
            throw new FileNotFoundException("the JAR lacks " + resource);
        }
        return in;
    }

    /** The first word, as the command sha256sum writes it. */
    private static String recorded(String resource) throws IOException {
        try (InputStream in = open(resource)) {
            byte[] line = new byte[64];
            int length = 0;
            for (int read = 0; read >= 0 && length < line.length; read = in.read(line, length, line.length - length)) {
                length += read;
            }
            return Utf8.text(line);
        }
    }

    private static String sha256(File file) throws IOException {
        try (InputStream in = new FileInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return String.format("%064x", new BigInteger(1, digest.digest()));
        } catch (NoSuchAlgorithmException everyJvmHasIt) {
            throw new IOException(everyJvmHasIt);
        }
    }

    private static void pump(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            out.write(buffer, 0, read);
        }
    }
}
