package shop;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How a close's order and a notice's order name the same thing. */
final class Numbers {
    private static final Map<String, List<String>> NAMES = Map.of(
            "icbc", List.of("agreeCode", "partnerSeq"),
            "ysepay", List.of("out_trade_no"),
            "wechat", List.of("out_trade_no"),
            "edgeros", List.of("mch_trade_no"),
            "chinaums", List.of("merOrderId"));

    private Numbers() {}

    /** The number under which an order is stored; empty if it is not named. An agreement (YSEPay) is none of the orders paid by it. */
    static Optional<String> of(String gateway, Map<String, String> order) {
        if (order.containsKey("protocol_no")) {
            return Optional.of("protocol_no/" + order.get("protocol_no"));
        }
        List<String> parts = NAMES.get(gateway).stream().map(name -> order.getOrDefault(name, "")).toList();
        return parts.contains("") ? Optional.empty() : Optional.of(String.join("/", parts));
    }
}
