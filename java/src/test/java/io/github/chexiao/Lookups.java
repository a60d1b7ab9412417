package io.github.chexiao;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.Map;

/** A program that makes the native library use JNI in every way it has, well and badly. */
public final class Lookups {
    private Lookups() {}

    public static void main(String[] arguments) throws Exception {
        try {
            Library.load();
        } catch (NullPointerException full) {
            // It is linked, and has no memory to say what it is.
        }
        everyMethodWithNoPlaceForWhatItGives();
        if (arguments.length > 0) {
            well(Paths.get(arguments[0]), Paths.get(arguments[1]));
        }
        System.out.println("done");
    }

    private static void everyMethodWithNoPlaceForWhatItGives() {
        byte[] text = "x".getBytes(StandardCharsets.US_ASCII);
        long[] noNumber = {};
        for (byte[][] out : new byte[][][] {{null}, {}}) {
            Native.about(out);
            Native.gateways(out);
            Native.diagnose(text, out);
            Native.diagnose(null, out);
            Native.open(text, noNumber, out);
            Native.ask(null, 1, text, text, out);
            Native.submit(null, 1, text, text, 1, out);
            Native.take(0, noNumber, out);
            BulkNative.openJournal(text, noNumber, out);
            BulkNative.add(null, 1, text, out);
            BulkNative.ask(null, 1, text, text, out);
            BulkNative.openJob(null, 1, text, out, new byte[][] {}, noNumber, out);
            BulkNative.read(null, 1, text, out);
            BulkNative.begin(null, 1, false, noNumber, out);
            BulkNative.stopper(null, 1, noNumber, out);
            BulkNative.take(1, 0, out);
        }
    }

    private static void well(Path config, Path journal) throws Exception {
        Client.version();
        Client.gateways();
        Client.diagnose("{}");
        byte[][] out = new byte[1][];
        Native.open(Files.readAllBytes(config), new long[0], out);
        try (Client client = Client.open(config)) {
            Map<String, String> order = Collections.singletonMap("out_trade_no", "L1");
            client.closeOrder(order);
            client.sendAsync(Call.query(order)).get();
        }
        try (BulkJournal at = BulkJournal.sqlite(journal)) {
            at.add("shop", Collections.singletonList(Collections.singletonMap("out_trade_no", "L2")));
            try (BulkJob job = BulkJob.on(at).account("shop", config).onEvent(event -> {}).open()) {
                job.run();
            }
            at.results().count();
        }
    }
}
