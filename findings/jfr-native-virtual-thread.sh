#!/usr/bin/env bash
# Belief: a virtual thread that waits inside native code is pinned, so that the scheduler adds a carrier for it and the
#   flight recorder has a jdk.VirtualThreadPinned for the time it took.
# Seen: neither. The carrier waits with it, other virtual threads stand still (all of them, with as many calls as cores),
#   and no event is written: the event is for one that would park while pinned. Synchronised code is innocent since 24.
# Versions: Java 25 (22 and later).
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
for java in "${JAVA_HOME:-/nowhere}"/bin/java $(type -ap java) /usr/lib/jvm/*/bin/java; do
    [ -x "$java" ] && "$java" --version | head -n 1 | grep -qE ' (2[2-9]|[3-9][0-9])' && break
    java=
done
[ -n "$java" ] || { echo "needs a JDK 22 or later in JAVA_HOME, PATH or the system's folder of JVMs"; exit 1; }
cat >Waits.java <<'JAVA'
import java.lang.foreign.*;
import java.nio.file.*;
import java.util.concurrent.CountDownLatch;
import jdk.jfr.consumer.RecordingFile;

class Waits {
    public static void main(String[] none) throws Exception {
        Linker linker = Linker.nativeLinker();
        var wait = linker.downcallHandle(linker.defaultLookup().find("usleep").get(), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        jdk.jfr.Recording recording = new jdk.jfr.Recording();
        recording.enable("jdk.VirtualThreadPinned").withoutThreshold();
        recording.start();
        CountDownLatch inside = new CountDownLatch(1);
        Thread closing = Thread.ofVirtual().start(() -> {
            inside.countDown();
            try {
                int ignored = (int) wait.invokeExact(3_000_000);
            } catch (Throwable error) {
                throw new AssertionError(error);
            }
        });
        inside.await();
        Thread other = Thread.ofVirtual().start(() -> {});
        boolean ran = other.join(java.time.Duration.ofMillis(400));
        closing.join();
        other.join();
        recording.stop();
        Path file = Path.of("recording.jfr");
        recording.dump(file);
        System.out.println((ran ? "ran" : "stood") + " " + RecordingFile.readAllEvents(file).size());
    }
}
JAVA
seen=$("$java" --enable-native-access=ALL-UNNAMED -Djdk.virtualThreadScheduler.parallelism=1 Waits.java)
[ "$seen" = "stood 0" ] || { echo "$seen"; exit 1; }
echo "the flight recorder does not see a virtual thread that waits in native code and holds up the others"
