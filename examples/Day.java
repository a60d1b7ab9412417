import io.github.chexiao.Answer;
import io.github.chexiao.CallAnswer;
import io.github.chexiao.Client;
import io.github.chexiao.Confirm;
import io.github.chexiao.Incoming;
import io.github.chexiao.Next;
import io.github.chexiao.Notice;
import io.github.chexiao.Outcome;
import io.github.chexiao.OutcomeCode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * A shop's whole day at WeChat Pay with nothing but this library and JDBC: sold, paid, closed, given back, compared with the bill.
 *
 * <p>Every number is on record before anything with it leaves, and is never replaced by another one: a reply that is lost, or a process
 * that dies, leaves something to ask for, and nothing that happens twice. The configuration needs {@code client_certificate}, for refunds;
 * the database has to keep what it has committed (H2: {@code WRITE_DELAY=0}). Safe for any number of threads. Java 8 and later.
 */
public final class Day {
    /** opening → open → paid → returning → returned; closed. A payment of something closed, or of another amount, is noted for a person. */
    private static final String TABLE = "CREATE TABLE IF NOT EXISTS orders ("
            + "number VARCHAR(32) PRIMARY KEY, fen BIGINT NOT NULL, state VARCHAR(16) NOT NULL, note VARCHAR(200))";

    private final Client client;
    private final DataSource books;
    private final String notifyUrl;

    public Day(Client client, DataSource books, String notifyUrl) throws SQLException {
        this.client = client;
        this.books = books;
        this.notifyUrl = notifyUrl;
        change(TABLE);
    }

    /** What the buyer's QR code says, or null. Then {@link #end} the order, and sell under another number. */
    public String sell(String number, long fen, String body) throws SQLException {
        change("INSERT INTO orders VALUES (?, ?, 'opening', NULL)", number, fen);
        Map<String, String> fields = new HashMap<>();
        fields.put("out_trade_no", number);
        fields.put("total_fee", Long.toString(fen));
        fields.put("body", body);
        fields.put("trade_type", "NATIVE");
        fields.put("spbill_create_ip", "127.0.0.1");
        fields.put("notify_url", notifyUrl);
        CallAnswer answer = client.call("POST /pay/unifiedorder", fields);
        if (!answer.field("result_code").filter("SUCCESS"::equals).isPresent()) {
            return null;
        }
        turn(number, "opening", "open");
        return answer.field("code_url").orElse(null);
    }

    /** What WeChat Pay posts: stored, and only then acknowledged. What is authentic but leaves a question is asked for. */
    public Answer hear(Map<String, List<String>> headers, byte[] body) throws SQLException {
        Notice notice = client.notification(Incoming.of(headers, body));
        if (!notice.acknowledge().isPresent()) {
            return notice.refuse();
        }
        String number = notice.order().get("out_trade_no");
        if (notice.event() == OutcomeCode.PAID && notice.confirm() == Confirm.NOT_NEEDED && notice.amount().isPresent()) {
            isPaid(number, Long.parseLong(notice.amount().get().text()));
        } else if (number != null) {
            ask(number);
        }
        return notice.acknowledge().get();
    }

    /** Nobody has paid: closed, unless somebody does at this very moment. Returns the state afterwards. */
    public String end(String number) throws SQLException {
        Outcome outcome = client.ensureClosed(Collections.singletonMap("out_trade_no", number));
        if (outcome.next() == Next.DONE) {
            turn(number, "opening", "closed");
            turn(number, "open", "closed");
        } else if (outcome.code() == OutcomeCode.PAID) {
            ask(number);
        }
        return state(number);
    }

    /** All of it and once, however often this is called. Returns the state afterwards: returning while nothing is known. */
    public String giveBack(String number) throws SQLException {
        boolean begins = turn(number, "paid", "returning");
        if (begins || "returning".equals(state(number)) && refund(client::refundQuery, number) == OutcomeCode.NOT_FOUND) {
            refund(client::refund, number);
            refund(client::refundQuery, number);
        }
        return state(number);
    }

    /** For every few minutes, and after a crash: what is not known yet is asked for. */
    public void pursue() throws SQLException {
        for (String number : column("SELECT number FROM orders WHERE state = 'returning'")) {
            giveBack(number);
        }
        for (String number : column("SELECT number FROM orders WHERE state IN ('opening', 'open')")) {
            ask(number);
        }
    }

    /** Between these books and the bill of a day (yyyyMMdd). Nobody signs a bill: it is compared with, and changes nothing here. */
    public List<String> differences(String day) throws SQLException {
        Map<String, String> fields = new HashMap<>();
        fields.put("bill_date", day);
        fields.put("bill_type", "ALL");
        String text = new String(client.call("POST /pay/downloadbill", fields).raw(), StandardCharsets.UTF_8);
        if (text.startsWith("<xml")) {
            return Collections.singletonList(text);
        }
        String[] lines = text.replace("\uFEFF", "").split("\r?\n");
        List<String> names = Arrays.asList(lines[0].split(","));
        Set<String> billed = new TreeSet<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length - 2)) {
            String[] values = line.substring(1).split(",`", -1);
            String kind = values[names.indexOf("交易状态")];
            billed.add(values[names.indexOf("REFUND".equals(kind) ? "商户退款单号" : "商户订单号")] + " " + kind);
        }
        Set<String> booked = new TreeSet<>(column("SELECT number || ' SUCCESS' FROM orders WHERE state IN ('paid', 'returning', 'returned')"));
        booked.addAll(column("SELECT 'R' || number || ' REFUND' FROM orders WHERE state = 'returned'"));
        List<String> differences = new ArrayList<>();
        billed.stream().filter(one -> !booked.contains(one)).forEach(one -> differences.add("only in the bill: " + one));
        booked.stream().filter(one -> !billed.contains(one)).forEach(one -> differences.add("not in the bill: " + one));
        return differences;
    }

    public String state(String number) throws SQLException {
        return column("SELECT state FROM orders WHERE number = ?", number).get(0);
    }

    private void ask(String number) throws SQLException {
        CallAnswer answer = client.call("POST /pay/orderquery", Collections.singletonMap("out_trade_no", number));
        String state = answer.field("trade_state").orElse("");
        if (answer.field("out_trade_no").filter(number::equals).isPresent() && ("SUCCESS".equals(state) || "REFUND".equals(state))) {
            isPaid(number, Long.parseLong(answer.field("total_fee").orElse("0")));
        }
    }

    /** Under a number that never changes, by which WeChat Pay gives back once. */
    private OutcomeCode refund(Function<Map<String, String>, Outcome> ask, String number) throws SQLException {
        String fen = column("SELECT fen FROM orders WHERE number = ?", number).get(0);
        Map<String, String> order = new HashMap<>();
        order.put("out_trade_no", number);
        order.put("out_refund_no", "R" + number);
        order.put("total_fee", fen);
        order.put("refund_fee", fen);
        Outcome outcome = ask.apply(order);
        if (outcome.code() == OutcomeCode.REFUNDED) {
            turn(number, "returning", "returned");
        } else if (outcome.code() == OutcomeCode.REFUSED || outcome.code() == OutcomeCode.MISCONFIGURED) {
            note(number, "the refund is " + outcome.code() + ": " + outcome.gateway());
        }
        return outcome.code();
    }

    private void isPaid(String number, long fen) throws SQLException {
        if (!column("SELECT fen FROM orders WHERE number = ?", number).equals(Collections.singletonList(Long.toString(fen)))) {
            note(number, "paid " + fen + " fen");
        } else if (!turn(number, "opening", "paid") && !turn(number, "open", "paid") && "closed".equals(state(number))) {
            note(number, "paid after it was closed");
        }
    }

    /** Whether it was in the old state: of two that try, one does. */
    private boolean turn(String number, String old, String state) throws SQLException {
        return change("UPDATE orders SET state = ? WHERE number = ? AND state = ?", state, number, old) == 1;
    }

    /** For a person. */
    private void note(String number, String note) throws SQLException {
        change("UPDATE orders SET note = ? WHERE number = ?", note, number);
    }

    /** How many rows. Committed when it returns. */
    private int change(String sql, Object... values) throws SQLException {
        try (Connection connection = books.getConnection(); PreparedStatement statement = prepared(connection, sql, values)) {
            return statement.executeUpdate();
        }
    }

    private List<String> column(String sql, Object... values) throws SQLException {
        List<String> column = new ArrayList<>();
        try (Connection connection = books.getConnection();
                PreparedStatement statement = prepared(connection, sql, values);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                column.add(rows.getString(1));
            }
        }
        return column;
    }

    private static PreparedStatement prepared(Connection connection, String sql, Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int at = 0; at < values.length; at++) {
            statement.setObject(at + 1, values[at]);
        }
        return statement;
    }
}
