package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What can only be seen from outside: how a JVM ends. */
class ProcessesIT {
    private static final String CHILD = "io.github.chexiao.Child";

    @Test
    void aPanicIsAnExceptionOrUnknown() throws Exception {
        Jvm jvm = Jvm.run("-D" + Library.PATH + "=" + Repository.panicLibrary(), CHILD, "panic").wellDone();
        assertTrue(jvm.output.contains("asked to"), jvm.output);
        assertTrue(jvm.output.endsWith("signed\n"), jvm.output);
    }

    @Test
    void theCheckerOfTheJvmChecks() throws Exception {
        Jvm jvm = Jvm.run("-D" + Library.PATH + "=" + Repository.panicLibrary(), CHILD, "misuse");
        assertTrue(jvm.output.contains("WARNING in native method"), jvm.output);
    }

    @Test
    void endsInGoodOrderWithCallsInFlight() throws Exception {
        String config = Sandbox.shared().file("wechat.json").toString();
        for (String how : new String[] {"exit", "halt", "return"}) {
            for (int round = 0; round < 5; round++) {
                assertEquals("", Jvm.run(CHILD, "exit", config, how, "16").wellDone().output);
            }
        }
    }

    @Test
    void survivesPeersThatResetTheConnection() throws Exception {
        String config = Sandbox.shared().file("wechat.json").toString();
        List<String> command = Jvm.command(CHILD, "reset", config);
        assertEquals("survived\n", Jvm.run(command).wellDone().output);
        List<String> withoutItsSignals = new ArrayList<>(command);
        withoutItsSignals.add(1, "-Xrs");
        assertEquals("survived\n", Jvm.run(withoutItsSignals).wellDone().output);
    }
}
