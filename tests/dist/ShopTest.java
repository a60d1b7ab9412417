import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.chexiao.Client;
import io.github.chexiao.Outcome;
import io.github.chexiao.OutcomeCode;
import io.github.chexiao.sandbox.Sandbox;
import io.github.chexiao.sandbox.SandboxExtension;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SandboxExtension.class)
class ShopTest {
    @Test
    void closes(Sandbox sandbox) {
        try (Client client = Client.open(sandbox.config("wechat"))) {
            assertEquals(OutcomeCode.CLOSED, client.closeOrder(Collections.singletonMap("out_trade_no", "A1")).code());
        }
    }

    @Test
    void whatNobodyAnswersIsUnknown(Sandbox sandbox) throws IOException {
        String config = new String(Files.readAllBytes(sandbox.config("wechat")), StandardCharsets.UTF_8);
        try (Client client = Client.open(config.replaceFirst("\\{", "{\"deadline_ms\": 1000,"))) {
            Outcome outcome = client.closeOrder(Collections.singletonMap("out_trade_no", "SLEEP1"));
            assertEquals("timeout", outcome.reason().orElse(null));
        }
    }
}
