import io.github.chexiao.*;
import java.nio.file.*;
import java.util.*;

@interface Configuration {}
@interface Bean { String destroyMethod(); }
@interface Value { String value(); }
interface Logger { void info(String text, Object value); }
class LoggerFactory { static Logger getLogger(String name) { return (text, value) -> System.out.println(name + ": " + value); } }

class Page {
    public static void main(String[] arguments) {
        try (Client client = new PayConfiguration().wechat(Paths.get("wechat.json"))) {
            client.closeOrder(Collections.singletonMap("out_trade_no", arguments[0]));
        } catch (ChexiaoException nothingWasSent) {
            System.out.println("alert " + nothingWasSent.getMessage());
        }
    }
}
SNIPPET
