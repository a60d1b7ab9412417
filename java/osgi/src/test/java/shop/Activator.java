package shop;

import io.github.chexiao.Client;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.Hashtable;
import java.util.function.BiFunction;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;

/** A bundle that closes orders: its service takes a configuration file and a number, and says what came of it. */
public final class Activator implements BundleActivator {
    @Override
    public void start(BundleContext context) {
        BiFunction<String, String, String> closing = Activator::close;
        context.registerService(BiFunction.class, closing, new Hashtable<String, String>());
    }

    @Override
    public void stop(BundleContext context) {}

    private static String close(String config, String number) {
        try (Client client = Client.open(Paths.get(config))) {
            return client.closeOrder(Collections.singletonMap("out_trade_no", number)).code().toString();
        }
    }
}
