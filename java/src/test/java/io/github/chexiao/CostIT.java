package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What crossing the border costs, in a JVM without -Xcheck:jni. */
class CostIT {
    private static final byte[] SIGN = "sign".getBytes(UTF_8);
    private static final byte[] VERIFY = "verify".getBytes(UTF_8);

    @Test
    void theBorderIsCheap() throws Exception {
        java.util.List<String> command = Jvm.command("io.github.chexiao.CostIT");
        command.remove("-Xcheck:jni");
        Jvm jvm = Jvm.run(command);
        System.out.print(jvm.output);
        assertEquals(0, jvm.exit);
        double boundary = Double.parseDouble(jvm.output.replaceAll("(?s).*boundary ([0-9.]+) .*", "$1"));
        assertTrue(boundary < 20, "the border costs " + boundary + " microseconds");
    }

    public static void main(String[] arguments) {
        Library.load();
        byte[] text = new byte[630];
        Arrays.fill(text, (byte) ' ');
        byte[][] out = new byte[1][];
        // No client: what is left is 630 bytes in, a result of about 700 bytes made by the core, and that out.
        print("boundary", time(() -> Native.ask(null, 0, VERIFY, text, out)));
        try (Client client = Client.open(Shop.config())) {
            Call call = Shop.call();
            HttpRequest request = client.sign(call);
            HttpReply reply = Shop.reply();
            String parts = "{\"call\":" + call.toJson() + ",\"request\":" + request.toJson() + ",\"reply\":" + reply.toJson() + "}";
            byte[] exchange = parts.getBytes(UTF_8);
            long[] number = new long[1];
            Native.open(JsonWriter.write(Shop.config()).getBytes(UTF_8), number, out);
            byte[] json = call.toJson().getBytes(UTF_8);
            print("sign (bytes)", time(() -> Native.ask(null, number[0], SIGN, json, out)));
            print("sign (typed)", time(() -> client.sign(call)));
            print("verify (bytes)", time(() -> Native.ask(null, number[0], VERIFY, exchange, out)));
            print("verify (typed)", time(() -> client.verify(call, request, reply)));
        }
    }

    private static void print(String what, double microseconds) {
        System.out.printf(java.util.Locale.ROOT, "%s %.2f microseconds%n", what, microseconds);
    }

    /** The best of ten, after warming up. */
    private static double time(Runnable body) {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 12; round++) {
            long started = System.nanoTime();
            for (int i = 0; i < 10_000; i++) {
                body.run();
            }
            best = Math.min(best, (System.nanoTime() - started) / 10_000.0 / 1000.0);
        }
        return best;
    }
}
