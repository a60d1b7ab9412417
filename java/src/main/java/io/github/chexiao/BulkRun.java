package io.github.chexiao;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A run that is under way, on threads of the library's own, and the thread that waits for it: that one calls the listener, so that the library
 * never waits for the JVM.
 */
final class BulkRun {
    private static final int MILLISECONDS = 100;
    /** A virtual thread does not wait in the library, which would keep its carrier from others, but looks so often. */
    private static final int LOOKS_AGAIN = 20;

    private final Handle run;
    private final Handle stopper;
    private final boolean parks = VirtualThread.isCurrent();
    private boolean interrupted;
    private boolean over;

    BulkRun(Handle run, Handle stopper) {
        this.run = run;
        this.stopper = stopper;
    }

    /**
     * How it ended. Interrupting the thread stops it, and so does whatever the listener throws, which is thrown when the requests under way are
     * over: what came of them is in the journal then.
     */
    BulkEnd ended(Consumer<? super BulkEvent> listener) {
        try {
            return ends(listener);
        } catch (Throwable thrown) {
            if (!over) {
                BulkNative.stop(stopper.number());
                waitsAfter(thrown);
            }
            throw thrown;
        } finally {
            run.free();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void waitsAfter(Throwable thrown) {
        try {
            ends(nobody -> {});
        } catch (Throwable another) {
            thrown.addSuppressed(another);
        }
    }

    private BulkEnd ends(Consumer<? super BulkEvent> listener) {
        for (;;) {
            byte[][] out = new byte[1][];
            int status = BulkNative.take(run.number(), parks ? 0 : MILLISECONDS, out);
            Map<String, Object> told = told(out);
            for (Object event : (List<?>) told.get("events")) {
                listener.accept(event(event));
            }
            Object end = told.get("end");
            over = end != null;
            if (status < 0) {
                throw BulkBorder.refusal(status, JsonWriter.write(end));
            } else if (over) {
                return BulkEnd.of((String) end);
            }
            heed();
        }
    }

    private void heed() {
        try {
            if (parks) {
                Thread.sleep(LOOKS_AGAIN);
            }
            if (!Thread.interrupted()) {
                return;
            }
        } catch (InterruptedException told) {
            // As one that did not sleep.
        }
        interrupted = true;
        BulkNative.stop(stopper.number());
    }

    private static Map<String, Object> told(byte[][] out) {
        return JsonReader.object(BulkBorder.document(0, out));
    }

    @SuppressWarnings("unchecked")
    private static BulkEvent event(Object members) {
        return new BulkEvent((Map<String, Object>) members);
    }
}
