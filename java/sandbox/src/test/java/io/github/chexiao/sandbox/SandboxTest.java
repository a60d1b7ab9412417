package io.github.chexiao.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class SandboxTest {
    private static Sandbox first;

    @Test
    void isReady(Sandbox sandbox) throws IOException {
        same(sandbox);
        String config = new String(Files.readAllBytes(sandbox.config("wechat")), StandardCharsets.UTF_8);
        assertTrue(config.contains("\"gateway\": \"wechat\""), config);
        assertEquals(200, ((HttpURLConnection) new URL(sandbox.httpUrl() + "/_sandbox/orders").openConnection()).getResponseCode());
    }

    @Test
    void isOneForAllTests(Sandbox sandbox) {
        same(sandbox);
    }

    @Test
    void goesWithItsKeys() throws IOException {
        Path config;
        try (Sandbox own = Sandbox.start("--strict")) {
            config = own.config("wechat");
            assertTrue(Files.exists(config));
        }
        assertFalse(Files.exists(config.getParent().getParent()));
    }

    @Test
    void saysThatItDidNotStart() {
        IOException failed = assertThrows(IOException.class, () -> Sandbox.start("--no-such-option"));
        assertEquals("the sandbox did not start", failed.getMessage());
        failed = assertThrows(IOException.class, () -> Sandbox.start("--help"));
        assertTrue(failed.getMessage().startsWith("the sandbox did not start: Play the"), failed.getMessage());
    }

    @Test
    void endsWithTheJvmThatForgetsIt() throws IOException {
        String[] said = Forgetful.inAJvm();
        assertFalse(Files.exists(Paths.get(said[0])));
        assertThrows(ConnectException.class, () -> new URL(said[1]).openConnection().connect());
    }

    private static synchronized void same(Sandbox sandbox) {
        first = first == null ? sandbox : first;
        assertSame(first, sandbox);
    }
}
