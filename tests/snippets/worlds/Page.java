import io.github.chexiao.*;
import java.nio.file.*;
import java.util.*;

class Page {
    static void releaseStock() { System.out.println("release_stock"); }
    static void fulfilOrRefund() { System.out.println("fulfil_or_refund"); }
    static void queryLater(Object order) { System.out.println("query_later " + order); }
    static void alert(Object why) { System.out.println("alert " + why); }

    public static void main(String[] arguments) {
        String number = arguments[0];
        SNIPPET
    }
}
