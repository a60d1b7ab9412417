import com.github.binarywang.wxpay.bean.request.WxPayOrderQueryRequest;
import com.github.binarywang.wxpay.bean.result.WxPayOrderQueryResult;
import com.github.binarywang.wxpay.config.WxPayConfig;
import com.github.binarywang.wxpay.exception.WxPayException;
import com.github.binarywang.wxpay.service.WxPayService;
import com.github.binarywang.wxpay.service.impl.WxPayServiceApacheHttpImpl;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.function.Consumer;

/** WxJava closes and queries: a task a line in, a word a line out. */
public class Peer {
    private static JsonObject account;
    private static String url;
    private static WxPayService kept;

    public static void main(String[] arguments) throws Exception {
        String text = new String(Files.readAllBytes(Paths.get(arguments[0], "wechat.json")), "UTF-8");
        account = JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("account");
        url = arguments[1];
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = tasks.readLine()) != null;) {
            String[] task = line.split(" ");
            System.out.println(word(task[0], task[1]));
        }
    }

    private static String word(String verb, String number) {
        try {
            switch (verb) {
                // For bench: nanoseconds of the processor, of all threads.
                case "cost": return String.valueOf(cost(Integer.parseInt(number)));
                case "close": return close(number, config -> {});
                case "close-hmac": return close(number, config -> config.setSignType("HMAC-SHA256"));
                case "close-sub": return close(number, config -> config.setSubMchId("1900000110"));
                case "close-wrong-key": return close(number, config -> config.setMchKey("00000000000000000000000000000000"));
                case "query": return query(number, null).getTradeState();
                case "query-by-id":
                    WxPayOrderQueryResult found = query(null, query(number, null).getTransactionId());
                    return found.getOutTradeNo() + " " + found.getTradeState();
                default: return "-";
            }
        } catch (WxPayException error) {
            if (error.getErrCode() != null) {
                return error.getErrCode();
            }
            // Its own words for a reply that is not signed as it must be.
            boolean forged = "参数格式校验错误！".equals(error.getCustomErrorMsg()) || String.valueOf(error.getMessage()).contains("校验");
            return error.getReturnCode() != null ? error.getReturnCode() : forged ? "FORGED" : String.valueOf(error);
        }
    }

    private static long cost(int times) throws WxPayException {
        kept = kept == null ? service(config -> {}) : kept;
        long begun = processorTime();
        for (; times > 0; times--) {
            if (!"SUCCESS".equals(kept.closeOrder("20260101000001").getResultCode())) {
                throw new IllegalStateException();
            }
        }
        return processorTime() - begun;
    }

    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static String close(String number, Consumer<WxPayConfig> change) throws WxPayException {
        return service(change).closeOrder(number).getResultCode();
    }

    private static WxPayOrderQueryResult query(String number, String transactionId) throws WxPayException {
        WxPayOrderQueryRequest request = new WxPayOrderQueryRequest();
        request.setOutTradeNo(number);
        request.setTransactionId(transactionId);
        request.setVersion("1.0");
        return service(config -> {}).queryOrder(request);
    }

    private static WxPayService service(Consumer<WxPayConfig> change) {
        WxPayConfig config = new WxPayConfig();
        config.setAppId(account.get("appid").getAsString());
        config.setMchId(account.get("mch_id").getAsString());
        config.setMchKey(account.get("api_key").getAsString());
        config.setPayBaseUrl(url);
        change.accept(config);
        WxPayService service = new WxPayServiceApacheHttpImpl();
        service.setConfig(config);
        return service;
    }
}
