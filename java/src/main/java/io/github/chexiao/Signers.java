package io.github.chexiao;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads that sign for virtual threads, whose carriers others wait for: no more than there are processors, and none for long. */
final class Signers {
    static final ThreadPoolExecutor POOL = pool();

    private Signers() {}

    private static ThreadPoolExecutor pool() {
        int processors = Runtime.getRuntime().availableProcessors();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                processors, processors, Queued.IDLE_MILLISECONDS, TimeUnit.MILLISECONDS, new LinkedBlockingQueue<>(), Signers::daemon);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "chexiao-sign");
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        return thread;
    }
}
