package io.github.chexiao;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;

/** A server that reads every request to its end, counts it, and answers as it is told: with bytes, or, with null, by ending the connection. */
final class HangingServer implements AutoCloseable {
    /** The head of a request and its body. */
    record Received(String head, byte[] body) {}

    private final AtomicInteger requests = new AtomicInteger();
    private final List<ServerSocket> sockets = new ArrayList<>();
    private final BiFunction<Integer, Received, byte[]> answer;

    /** Told the number of the request, from 1, and what it said. */
    HangingServer(BiFunction<Integer, Received, byte[]> answer) throws IOException {
        this.answer = answer;
        listen("127.0.0.1", 0);
        // The second address of a name that has two.
        listen("127.0.0.2", port());
    }

    int port() {
        return sockets.get(0).getLocalPort();
    }

    int requests() {
        return requests.get();
    }

    private void listen(String address, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        sockets.add(socket);
        daemon(() -> {
            while (true) {
                Socket accepted = socket.accept();
                daemon(() -> serve(accepted));
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void daemon(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException ended) {
                // The other side went away, or the test is over.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket accepted) throws IOException {
        try (Socket connection = accepted) {
            InputStream in = connection.getInputStream();
            for (Received received = read(in); received != null; received = read(in)) {
                byte[] reply = answer.apply(requests.incrementAndGet(), received);
                if (reply == null) {
                    return;
                }
                connection.getOutputStream().write(reply);
            }
        }
    }

    /** Null at the end of the connection. */
    private static Received read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            head.write(next);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        if (!text.toLowerCase(java.util.Locale.ROOT).contains("content-length: ")) {
            throw new IOException("a request without a length");
        }
        int length = Integer.parseInt(text.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
        byte[] body = in.readNBytes(length);
        return body.length < length ? null : new Received(text, body);
    }

    /** A reply that keeps the connection. */
    static byte[] reply(String status, String headers, byte[] body) {
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        String head = "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n";
        reply.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
        reply.writeBytes(body);
        return reply.toByteArray();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }
}
