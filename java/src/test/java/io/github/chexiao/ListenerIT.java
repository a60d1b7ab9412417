package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One record for every call, and no way to disturb it. */
class ListenerIT {
    private final List<CallRecord> records = new ArrayList<>();

    @Test
    void isToldAboutEveryCall() {
        try (Client client = Sandbox.shared().client("wechat").onCall(records::add)) {
            Outcome outcome = client.closeOrder(Sandbox.wechatOrder("A"));
            assertRecord(records.get(0), "send", OutcomeCode.CLOSED, Evidence.SIGNED_UNBOUND, null, outcome.msgId());
            HttpRequest request = client.sign(Shop.call());
            assertRecord(records.get(1), "sign", null, null, null, request.msgId());
            client.verify(Shop.call(), request, Shop.reply());
            assertRecord(records.get(2), "verify", OutcomeCode.UNKNOWN, Evidence.NONE, null, request.msgId());
            assertEquals(outcome.code(), records.get(0).outcome().get());
            assertTrue(records.get(2).reason().isPresent());
            Call nonsense = Call.ofJson("nonsense");
            assertThrows(CallException.class, () -> client.send(nonsense));
            assertEquals("call", records.get(3).error().get());
            assertEquals("", records.get(3).operation());
            Call named = Call.ofJson("{\"operation\":\"close\",\"order\":{},\"msg_id\":\"mine\"}");
            assertThrows(CallException.class, () -> client.send(named));
            assertRecord(records.get(4), "send", null, null, "call", "mine");
            client.onCall(null).sign(Shop.call());
            assertEquals(5, records.size());
        }
    }

    private static void assertRecord(CallRecord record, String step, OutcomeCode code, Evidence evidence, String error, String msgId) {
        assertEquals(step, record.step());
        assertEquals("wechat", record.gateway());
        assertEquals("close", record.operation());
        assertEquals(code, record.outcome().orElse(null));
        assertEquals(evidence, record.evidence().orElse(null));
        assertEquals(error, record.error().orElse(null));
        assertEquals(msgId, record.msgId());
        assertTrue(record.milliseconds() >= 0 && record.milliseconds() < 60_000);
        assertFalse(record.toString().contains("\n"));
        assertTrue(record.toString().startsWith(step + " wechat close: ") && record.toString().endsWith("msg_id=" + msgId), record.toString());
    }

    @Test
    void cannotChangeWhatHappened() {
        for (Throwable thrown : new Throwable[] {new IllegalStateException("listener"), new StackOverflowError(), new OutOfMemoryError()}) {
            try (Client client = Sandbox.shared().client("wechat").onCall(record -> ListenerIT.<RuntimeException>sneak(thrown))) {
                assertEquals(OutcomeCode.CLOSED, client.closeOrder(Sandbox.wechatOrder("A")).code());
                assertThrows(CallException.class, () -> client.send(Call.ofJson("{}")));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
