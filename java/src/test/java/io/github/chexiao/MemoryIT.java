package io.github.chexiao;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the JVM's own tools do not see: memory of the native side. */
class MemoryIT {
    @Test
    void oneHundredThousandCallsDoNotGrowTheProcess() throws Exception {
        // A heap that is touched beforehand and a compiler that is soon done, so that only the native side can grow.
        String config = Sandbox.shared().file("wechat.json").toString();
        List<String> command = Jvm.command("io.github.chexiao.Child", "memory", config);
        command.addAll(1, Arrays.asList("-Xms256m", "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        System.out.print(Jvm.run(command).wellDone().output);
    }
}
