import com.edgeros.pay.DefaultAcopayClient;
import com.edgeros.pay.exception.AcopayException;
import com.edgeros.pay.model.AcopayTradeAppModel;
import com.edgeros.pay.model.request.AcopayBillRequestModel;
import com.edgeros.pay.model.request.AcopayRefundQueryRequestModel;
import com.edgeros.pay.model.request.AcopayRefundRequestModel;
import com.edgeros.pay.model.request.AcopayRequest;
import com.edgeros.pay.model.request.AcopayTradeCloseRequestModel;
import com.edgeros.pay.model.request.AcopayTradeQueryRequestModel;
import com.edgeros.pay.model.response.AcopayCommonResponse;
import com.edgeros.pay.model.response.AcopayResponse;
import com.edgeros.pay.util.AcopayCommonUtil;
import com.edgeros.pay.util.AcopaySignUtil;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** EdgerOS's own Java SDK closes, queries, refunds, asks for bills, signs orders and signs replies: a task a line in, a word a line out. */
public class Peer {
    private static JsonObject account;
    private static String url;
    private static DefaultAcopayClient client;

    public static void main(String[] arguments) throws Exception {
        account = new JsonParser().parse(Files.readString(Path.of(arguments[0], "edgeros.json"))).getAsJsonObject().getAsJsonObject("account");
        url = arguments[1] + "/pay/v1/transactions/";
        client = new DefaultAcopayClient(key("gateway_public_key"), key("private_key"), account.get("mch_no").getAsString());
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = tasks.readLine()) != null;) {
            String[] task = line.split(" ");
            System.out.println(word(task[0], task[1]));
        }
    }

    private static String word(String verb, String number) throws Exception {
        try {
            switch (verb) {
                // For bench: nanoseconds of the processor, of all threads.
                case "cost": return String.valueOf(cost(Integer.parseInt(number)));
                case "edgeros": return close(number);
                case "edgeros-query": return query(number);
                case "edgeros-refund": return refund(number);
                case "edgeros-refund-query": return refundQuery(number);
                case "edgeros-bill": return bill(number);
                case "edgeros-order": return order(number);
                case "edgeros-reply": return reply(number);
                default: return "-";
            }
        } catch (AcopayException error) {
            return String.valueOf(error.getMessage()).contains("Invalid signature") ? "FORGED" : String.valueOf(error).replace('\n', ' ');
        }
    }

    private static long cost(int times) throws AcopayException {
        long begun = processorTime();
        for (; times > 0; times--) {
            String code = close("mp202104021606341385640107521832");
            if (!"SUCCESS".equals(code)) {
                throw new IllegalStateException(code);
            }
        }
        return processorTime() - begun;
    }

    private static long processorTime() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private static String close(String number) throws AcopayException {
        AcopayTradeCloseRequestModel request = at("close", new AcopayTradeCloseRequestModel());
        request.setMchTradeNo(number);
        return said(client.tradeClose(request), data -> data.getCode());
    }

    private static String query(String number) throws AcopayException {
        AcopayTradeQueryRequestModel request = at("trade", new AcopayTradeQueryRequestModel());
        request.setMchTradeNo(number);
        return said(client.tradeQuery(request), data -> data.getCode());
    }

    private static String refund(String number) throws AcopayException {
        AcopayRefundRequestModel request = at("refund", new AcopayRefundRequestModel());
        request.setMchTradeNo(number);
        request.setMchRefundNo(refundOf(number));
        request.setRefundAmount("1.00");
        request.setRefundReason("退货 & <refund>'=\"\\");
        return said(client.refund(request), data -> data.getCode());
    }

    private static String refundQuery(String number) throws AcopayException {
        AcopayRefundQueryRequestModel request = at("refund", new AcopayRefundQueryRequestModel());
        request.setMchRefundNo(refundOf(number));
        return said(client.refundQuery(request), data -> data.getCode());
    }

    private static String refundOf(String number) {
        return "R2021121511502522678" + number;
    }

    private static String bill(String day) throws AcopayException {
        AcopayBillRequestModel request = at("bill", new AcopayBillRequestModel());
        request.setBillDate(day);
        return said(client.bill(request), data -> data.getCode());
    }

    private static <R extends AcopayRequest> R at(String name, R request) {
        request.setRequestUrl(url + name);
        return request;
    }

    private static <D extends AcopayCommonResponse> String said(AcopayResponse<D> response, Function<D, String> code) {
        return response.getData() == null ? response.getMessage() : code.apply(response.getData());
    }

    /** The two members that are not signed are its own, and not of the order. */
    private static String order(String number) throws Exception {
        AcopayTradeAppModel order = new AcopayTradeAppModel();
        order.setMchTradeNo(number);
        order.setAppNo("APP1000000");
        order.setAmountTotal("0.01");
        order.setAmountCurrency("CNY");
        order.setDescription("test pay & <order> '书'=\"\\\u2028");
        order.setExtra("");
        order.setTimeExpire("2030-01-01T00:00:00+08:00");
        order.setMchNo(account.get("mch_no").getAsString());
        order.setNonce(AcopayCommonUtil.getRandomString(32));
        order.setSignType("SHA256withRSA");
        Map<String, Object> shown = new TreeMap<>(AcopayCommonUtil.beanToLowerUnderscoreMap(order));
        shown.put("sign", AcopaySignUtil.getSign(shown, key("private_key")));
        return AcopayCommonUtil.GSON.toJson(shown);
    }

    /** As the gateway would, by the rule that the SDK verifies with. */
    private static String reply(String text) throws Exception {
        Map<String, Object> data = new TreeMap<>();
        new JsonParser().parse(text).getAsJsonObject().entrySet().forEach(member -> data.put(member.getKey(), member.getValue().getAsString()));
        Map<String, Object> envelope = new TreeMap<>(Map.of("status", 200, "message", "SUCCESS", "data", data));
        data.put("sign", AcopaySignUtil.getSign(envelope, key("gateway_private_key")));
        return Base64.getEncoder().encodeToString(AcopayCommonUtil.GSON.toJson(envelope).getBytes(StandardCharsets.UTF_8));
    }

    private static String key(String name) {
        return account.getAsJsonObject(name).get("base64").getAsString();
    }
}
