package io.github.chexiao;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What tests/c/asks.c is, over the library that the JAR has for this platform. */
final class Asks {
    // Not System.in, which asks how much is there: Wine cannot say it of a pipe.
    private final DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
    private final OutputStream out = new BufferedOutputStream(System.out);
    private final List<Long> clients = new ArrayList<>();

    private Asks() {}

    public static void main(String[] arguments) throws IOException {
        Library.load();
        new Asks().answer();
    }

    private void answer() throws IOException {
        for (byte[] verb = text(); verb != null; verb = text()) {
            byte[] text = text();
            byte[][] document = new byte[1][];
            String word = new String(verb, StandardCharsets.UTF_8);
            int status = opens(word) ? open(word, text, document) : Native.ask(null, last(), known(word), text, document);
            say(Integer.toString(status).getBytes(StandardCharsets.UTF_8));
            say(document[0]);
            out.flush();
        }
        clients.forEach(Native::free);
    }

    private static boolean opens(String word) {
        return word.equals("open") || word.equals("another");
    }

    /** "another" leaves those open that are. */
    private int open(String word, byte[] config, byte[][] document) {
        if (word.equals("open") && !clients.isEmpty()) {
            Native.free(clients.remove(clients.size() - 1));
        }
        long[] client = new long[1];
        int status = Native.open(config, client, document);
        if (status == 0) {
            clients.add(client[0]);
        }
        return status;
    }

    private long last() {
        return clients.isEmpty() ? 0 : clients.get(clients.size() - 1);
    }

    private static byte[] known(String word) {
        return (word.equals("verify_call") ? "verify" : word).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] text() throws IOException {
        int length = 0;
        int next = in.read();
        if (next < 0) {
            return null;
        }
        for (; next != ':'; next = in.read()) {
            length = length * 10 + next - '0';
        }
        byte[] text = new byte[length];
        in.readFully(text);
        if (in.read() != ',') {
            throw new IOException("no netstring");
        }
        return text;
    }

    private void say(byte[] text) throws IOException {
        out.write((text.length + ":").getBytes(StandardCharsets.UTF_8));
        out.write(text);
        out.write(',');
    }
}
