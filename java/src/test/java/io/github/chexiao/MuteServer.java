package io.github.chexiao;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that reads and never answers. */
final class MuteServer implements AutoCloseable {
    private final ServerSocket socket;
    private final AtomicInteger connections = new AtomicInteger();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    MuteServer() throws IOException {
        socket = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
        Thread thread = new Thread(this::serve);
        thread.setDaemon(true);
        thread.start();
    }

    /** An account whose gateway this is. */
    Map<String, Object> config(String scheme) {
        Map<String, Object> config = Shop.config();
        config.put("base_url", scheme + "://127.0.0.1:" + socket.getLocalPort());
        return config;
    }

    int connections() {
        return connections.get();
    }

    /** Whether that comes. */
    boolean read(String text) throws InterruptedException {
        for (int i = 0; i < 2000; i++) {
            synchronized (received) {
                if (new String(received.toByteArray(), StandardCharsets.ISO_8859_1).contains(text)) {
                    return true;
                }
            }
            Thread.sleep(5);
        }
        return false;
    }

    /** Whether a connection ends. */
    boolean ended() throws InterruptedException {
        return ended.await(10, TimeUnit.SECONDS);
    }

    private void serve() {
        byte[] buffer = new byte[1 << 14];
        while (true) {
            try (Socket connection = socket.accept()) {
                connections.incrementAndGet();
                for (int read = connection.getInputStream().read(buffer); read >= 0; read = connection.getInputStream().read(buffer)) {
                    synchronized (received) {
                        received.write(buffer, 0, read);
                    }
                }
                ended.countDown();
            } catch (IOException gone) {
                if (socket.isClosed()) {
                    return;
                }
                ended.countDown();
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
