import io.github.chexiao.*;
import java.io.*;
import java.nio.file.*;
import java.util.*;

class Page {
    public static void main(String[] arguments) throws IOException {
        Files.write(Paths.get("java-orders.csv"), Arrays.asList("out_trade_no", arguments[0]));
        SNIPPET
    }
}
