package io.github.chexiao;

import java.util.concurrent.atomic.AtomicBoolean;

/** Work that is done once, by whoever comes first. */
final class Once implements Runnable {
    private final AtomicBoolean claimed = new AtomicBoolean();
    private final Runnable work;

    Once(Runnable work) {
        this.work = work;
    }

    /** True for one caller, who does it, or sees that it is never done. */
    boolean claim() {
        return claimed.compareAndSet(false, true);
    }

    @Override
    public void run() {
        if (claim()) {
            work.run();
        }
    }
}
