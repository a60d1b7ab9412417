import com.github.binarywang.wxpay.bean.order.WxPayAppOrderResult;
import com.github.binarywang.wxpay.bean.order.WxPayMpOrderResult;
import com.github.binarywang.wxpay.bean.request.WxPayOrderQueryRequest;
import com.github.binarywang.wxpay.bean.request.WxPayRefundQueryRequest;
import com.github.binarywang.wxpay.bean.request.WxPayRefundRequest;
import com.github.binarywang.wxpay.bean.request.WxPayUnifiedOrderRequest;
import com.github.binarywang.wxpay.bean.result.WxPayOrderQueryResult;
import com.github.binarywang.wxpay.config.WxPayConfig;
import com.github.binarywang.wxpay.exception.WxPayException;
import com.github.binarywang.wxpay.service.WxPayService;
import com.github.binarywang.wxpay.service.impl.WxPayServiceApacheHttpImpl;
import com.github.binarywang.wxpay.util.SignUtils;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.dom4j.DocumentHelper;
import org.dom4j.Element;

/** WxJava closes, queries, orders, refunds, fetches bills, signs for front ends and signs replies: a task a line in, a word a line out. */
public class Peer {
    private static final Consumer<WxPayConfig> HMAC = config -> config.setSignType("HMAC-SHA256");
    private static JsonObject account;
    private static String folder;
    private static String url;
    private static WxPayService kept;

    public static void main(String[] arguments) throws Exception {
        String text = new String(Files.readAllBytes(Paths.get(arguments[0], "wechat.json")), "UTF-8");
        account = JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("account");
        folder = arguments[0];
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
                case "close-hmac": return close(number, HMAC);
                case "close-sub": return close(number, config -> config.setSubMchId("1900000110"));
                case "close-wrong-key": return close(number, config -> config.setMchKey("00000000000000000000000000000000"));
                case "order": return order(number, config -> {});
                case "order-hmac": return order(number, HMAC);
                case "refund": return refund(number, config -> {});
                case "refund-hmac": return refund(number, HMAC);
                case "refund-query": return refundQuery(number, config -> {});
                case "refund-query-hmac": return refundQuery(number, HMAC);
                case "reply": return reply(number, "MD5");
                case "reply-hmac": return reply(number, "HMAC-SHA256");
                case "bill": return bill(number, config -> {});
                case "bill-hmac": return bill(number, HMAC);
                case "jsapi": return jsapi(number, config -> {});
                case "jsapi-hmac": return jsapi(number, HMAC);
                case "app": return app(number, config -> {});
                case "app-hmac": return app(number, HMAC);
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

    private static WxPayUnifiedOrderRequest ordering(String number, String tradeType) {
        WxPayUnifiedOrderRequest request = WxPayUnifiedOrderRequest.newBuilder().outTradeNo(number).body("书 & <book>").totalFee(100)
            .spbillCreateIp("127.0.0.1").notifyUrl("https://shop.example/n?a=1&b=2").tradeType(tradeType).productId("1").build();
        request.setOpenid("JSAPI".equals(tradeType) ? "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o" : null);
        return request;
    }

    private static String order(String number, Consumer<WxPayConfig> change) throws WxPayException {
        return service(change).unifiedOrder(ordering(number, "NATIVE")).getPrepayId().startsWith("wx") ? "PREPAID" : "FORGED";
    }

    private static String refund(String number, Consumer<WxPayConfig> change) throws WxPayException {
        WxPayRefundRequest request = WxPayRefundRequest.newBuilder().outTradeNo(number).outRefundNo("R" + number).totalFee(100)
            .refundFee(100).refundDesc("退货 & <refund>").build();
        return service(change).refund(request).getResultCode();
    }

    private static String refundQuery(String number, Consumer<WxPayConfig> change) throws WxPayException {
        WxPayRefundQueryRequest request = WxPayRefundQueryRequest.newBuilder().outRefundNo("R" + number).build();
        return service(change).refundQuery(request).getRefundRecords().get(0).getRefundStatus();
    }

    /** As the gateway would; it writes no replies, so that the elements are those of the XML library that it reads with. */
    private static String reply(String text, String signType) {
        Map<String, String> fields = new TreeMap<>();
        JsonParser.parseString(text).getAsJsonObject().entrySet().forEach(field -> fields.put(field.getKey(), field.getValue().getAsString()));
        fields.put("sign", SignUtils.createSign(fields, signType, account.get("api_key").getAsString(), new String[0]));
        Element root = DocumentHelper.createDocument().addElement("xml");
        fields.forEach((name, value) -> root.addElement(name).addText(value));
        return Base64.getEncoder().encodeToString(root.asXML().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private static String bill(String day, Consumer<WxPayConfig> change) throws WxPayException {
        String text = service(change).downloadRawBill(day, "ALL", null, null);
        return (text.startsWith("\ufeff") ? text.substring(1) : text).split(",")[0];
    }

    private static String jsapi(String number, Consumer<WxPayConfig> change) throws WxPayException {
        WxPayMpOrderResult made = service(change).createOrder(ordering(number, "JSAPI"));
        return shown("appId", made.getAppId(), "nonceStr", made.getNonceStr(), "package", made.getPackageValue(), "signType",
            made.getSignType(), "timeStamp", made.getTimeStamp(), "paySign", made.getPaySign());
    }

    private static String app(String number, Consumer<WxPayConfig> change) throws WxPayException {
        WxPayAppOrderResult made = service(change).createOrder(ordering(number, "APP"));
        return shown("appid", made.getAppId(), "noncestr", made.getNonceStr(), "package", made.getPackageValue(), "partnerid",
            made.getPartnerId(), "prepayid", made.getPrepayId(), "timestamp", made.getTimeStamp(), "sign", made.getSign());
    }

    private static String shown(String... pairs) {
        JsonObject parameters = new JsonObject();
        for (int at = 0; at < pairs.length; at += 2) {
            parameters.addProperty(pairs[at], pairs[at + 1]);
        }
        return parameters.toString();
    }

    private static WxPayService service(Consumer<WxPayConfig> change) {
        WxPayConfig config = new WxPayConfig();
        config.setAppId(account.get("appid").getAsString());
        config.setMchId(account.get("mch_id").getAsString());
        config.setMchKey(account.get("api_key").getAsString());
        config.setPayBaseUrl(url);
        config.setKeyPath(Paths.get(folder, "apiclient_cert.p12").toString());
        change.accept(config);
        WxPayService service = new WxPayServiceApacheHttpImpl();
        service.setConfig(config);
        return service;
    }
}
