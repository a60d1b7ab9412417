package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bills that are written to a file. */
class DownloadsIT {
    @TempDir
    Path folder;

    @Test
    void aBillIsWholeInItsFileOrNotThere() throws Exception {
        String day = LocalDate.now(ZoneOffset.ofHours(8)).toString();
        try (Sandbox own = Sandbox.own()) {
            written(own, "wechat", "POST /pay/downloadbill", day.replace("-", ""), Evidence.NONE);
            written(own, "edgeros", "GET /pay/v1/transactions/bill", day, Evidence.SIGNED_UNBOUND);
        }
    }

    private void written(Sandbox own, String gateway, String api, String day, Evidence evidence) throws Exception {
        Map<String, String> fields = Collections.singletonMap("bill_date", day);
        Path to = folder.resolve(gateway + "-账单.csv");
        try (Client client = own.client(gateway)) {
            CallAnswer none = client.download(api, fields, to);
            assertEquals(Optional.empty(), none.file());
            assertFalse(Files.exists(to));
            assertTrue(none.explanation(Locale.CHINESE).startsWith("未写入文件。"), none.explanation(Locale.CHINESE));
            own.post("orders", Sandbox.command(gateway, "BILLED1", "state", "PAID"));
            CallAnswer answer = client.download(api, fields, to);
            assertEquals(Optional.of(to), answer.file());
            assertTrue(new String(Files.readAllBytes(to), StandardCharsets.UTF_8).contains("BILLED1"));
            assertEquals(evidence, answer.evidence());
            assertEquals(evidence != Evidence.NONE, answer.isAuthentic());
            assertEquals(answer, CallAnswer.ofJson(answer.toJson()));
            assertEquals("to", assertThrows(CallException.class, () -> client.download(api, fields, to)).field().get());
            Call again = Call.calling(api, fields).with("to", to.toString()).with("replace", true).build();
            assertEquals(Optional.of(to), client.call(again).file());
        }
    }

    /** What a version wrote that knew of no files. */
    @Test
    void anAnswerOfBeforeHasNoFile() {
        String before = CallAnswer.NO_MEMORY.toJson().replace("\"file\":null,", "");
        assertEquals(Optional.empty(), CallAnswer.ofJson(before).file());
        String bad = CallAnswer.NO_MEMORY.toJson().replace("\"file\":null", "\"file\":{\"path\":1}");
        assertThrows(IllegalArgumentException.class, () -> CallAnswer.ofJson(bad));
    }

    /** One member alone does not make a kept answer authentic. */
    @Test
    void aKeptAnswerIsAuthenticByAllThatSaysSo() {
        String none = CallAnswer.NO_MEMORY.toJson();
        String proven = none.replace("\"code\":9", "\"code\":0").replace("\"verified\":null", "\"verified\":{\"a\":\"1\"}")
                .replace("\"evidence\":\"none\"", "\"evidence\":\"signed_unbound\"").replace("\"reason\":\"defect\"", "\"reason\":null");
        assertTrue(CallAnswer.ofJson(proven).isAuthentic());
        assertEquals(Optional.of("1"), CallAnswer.ofJson(proven).field("a"));
        for (String doubtful : new String[] {
            none,
            proven.replace("\"code\":0", "\"code\":9"),
            proven.replace("{\"a\":\"1\"}", "null"),
            proven.replace("signed_unbound", "none"),
            proven.replace("signed_unbound", "sealed_by_wax"),
        }) {
            assertEquals(false, CallAnswer.ofJson(doubtful).isAuthentic(), doubtful);
            assertEquals(Optional.empty(), CallAnswer.ofJson(doubtful).verified(), doubtful);
        }
    }
}
