import io.github.chexiao.Call;
import io.github.chexiao.ChexiaoException;
import io.github.chexiao.Client;
import io.github.chexiao.Next;
import io.github.chexiao.Outcome;
import java.nio.file.Paths;

/**
 * Closes one order and acts on what came of it. Java 8 and later.
 *
 * <pre>java -cp chexiao-0.2.0.jar:. Close wechat.json '{"out_trade_no":"1217752501201407033233368018"}'</pre>
 *
 * Prints the result as JSON. Exit code: 0 nothing is left to do, 10 + the outcome's number otherwise, 2 if nothing was sent.
 */
public final class Close {
    private static final int NOT_SENT = 2;

    private Close() {}

    public static void main(String[] arguments) {
        if (arguments.length != 2) {
            System.err.println("usage: java Close CONFIG-FILE ORDER-JSON");
            System.exit(NOT_SENT);
        }
        System.exit(close(arguments[0], arguments[1]));
    }

    private static int close(String config, String order) {
        try (Client client = Client.open(Paths.get(config))) {
            // A program that has the fields writes client.closeOrder(Collections.singletonMap("out_trade_no", number)).
            Outcome outcome = client.send(Call.ofJson("{\"operation\":\"close\",\"order\":" + order + "}"));
            System.out.println(outcome.toJson());
            System.err.println(todo(outcome));
            return outcome.next() == Next.DONE ? 0 : 10 + outcome.code().number();
        } catch (ChexiaoException nothingWasSent) {
            System.out.println(nothingWasSent.toJson());
            System.err.println("nothing was sent: " + nothingWasSent.getMessage());
            return NOT_SENT;
        }
    }

    private static String todo(Outcome outcome) {
        switch (outcome.next()) {
            case DONE:
                return "closed: release the stock";
            case CONFIRM:
                return outcome.code().word() + ", says the reply: query before relying on it";
            case FULFIL_OR_REFUND:
                return "paid: deliver or refund";
            case RECONCILE:
                return "refunded: compare with the books";
            case RETRY_LATER:
                return "too many requests: wait, then close again";
            case QUERY:
                return "the close may have happened: query before anything else";
            default:
                return "not closed (" + outcome.code().word() + "): somebody has to look";
        }
    }
}
