package shop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.chexiao.CallException;
import io.github.chexiao.Client;
import io.github.chexiao.OutcomeCode;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.StreamUtils;

/** Applications with the Spring Boot on the class path, at the sandbox whose configurations lie in the folder {@code CHEXIAO_KEYS}. */
class StarterTest {
    private static final Path KEYS = Paths.get(System.getenv("CHEXIAO_KEYS"));
    private static final String WECHAT = "--chexiao.accounts.wechat.config=file:" + KEYS.resolve("wechat.json");
    private static final String CANARY = "TESTONLYcanary5a1e8c02d9b7f364aa";

    @EnableAutoConfiguration
    @Configuration(proxyBeanMethods = false)
    static class Shop {
        @Bean
        Pair pair(@Autowired(required = false) @Qualifier("wechat") Client first, @Autowired(required = false) @Qualifier("bank") Client second) {
            return new Pair(first, second);
        }
    }

    static final class Pair {
        final Client first;
        final Client second;

        Pair(Client first, Client second) {
            this.first = first;
            this.second = second;
        }
    }

    @EnableAutoConfiguration
    @Configuration(proxyBeanMethods = false)
    static class Own {
        static final Client CLIENT = Client.open(KEYS.resolve("edgeros.json"));

        @Bean
        Client wechat() {
            return CLIENT;
        }
    }

    @Test
    void severalAccountsCloseAndAreClosedWithTheApplication() {
        Client client;
        try (ConfigurableApplicationContext shop = begin(Shop.class, WECHAT, "--chexiao.accounts.bank.config=" + KEYS.resolve("icbc.json"))) {
            client = shop.getBean(Pair.class).first;
            assertEquals("wechat", client.gateway());
            assertEquals("icbc", shop.getBean(Pair.class).second.gateway());
            assertEquals(OutcomeCode.CLOSED, client.closeOrder(order()).code());
        }
        assertThrows(CallException.class, () -> client.closeOrder(order()));
    }

    @Test
    void aConfigurationInThePropertiesMayNameTheEnvironment() throws Exception {
        String config = new String(Files.readAllBytes(KEYS.resolve("wechat.json")), StandardCharsets.UTF_8);
        String api = config.replaceAll("(?s).*\"api_key\" *: *\"([^\"]*)\".*", "$1");
        assertFalse(api.isEmpty() || api.equals(config));
        String held = "--chexiao.accounts.wechat.credentials=" + config.replace(api, "${SHOP_API_KEY}");
        try (ConfigurableApplicationContext shop = begin(Shop.class, held, "--SHOP_API_KEY=" + api)) {
            assertEquals(OutcomeCode.CLOSED, shop.getBean("wechat", Client.class).closeOrder(order()).code());
        }
    }

    @Test
    void anotherBeanOfTheNameStands() {
        try (ConfigurableApplicationContext shop = begin(Own.class, WECHAT)) {
            assertSame(Own.CLIENT, shop.getBean(Client.class));
        }
    }

    @Test
    void withoutAccountsNothingIsThere() {
        try (ConfigurableApplicationContext shop = begin(Shop.class)) {
            assertEquals(0, shop.getBeanNamesForType(Client.class).length);
        }
    }

    @Test
    void whatIsWrongIsSaidAtTheStartWithItsRemedyAndNoSecret() {
        String said = fails("--chexiao.accounts.wechat.credentials={\"gateway\":\"wechat\",\"api_key\":\"" + CANARY + "\",\"colour\":1}");
        assertTrue(said.contains("APPLICATION FAILED TO START"), said);
        assertTrue(said.contains("chexiao.accounts.wechat: config error: "), said);
        assertTrue(said.contains("Action:"), said);
        assertFalse(said.contains(CANARY), said);
        assertTrue(fails("--chexiao.accounts.wechat.config=classpath:none.json").contains("check the place that `config` names"));
        assertTrue(fails(WECHAT, "--chexiao.accounts.wechat.credentials={}").contains("has both `config` and `credentials`"));
    }

    @Test
    void aLazyApplicationOpensWhatIsUsed() {
        try (ConfigurableApplicationContext shop = begin(
                Shop.class, WECHAT, "--chexiao.accounts.wrong.credentials={}", "--spring.main.lazy-initialization=true")) {
            assertEquals("wechat", shop.getBean("wechat", Client.class).gateway());
            assertThrows(RuntimeException.class, () -> shop.getBean("wrong"));
        }
    }

    @Test
    void actuatorShowsNoSecretEvenWhereAllValuesAreShown() throws Exception {
        String config = new String(Files.readAllBytes(KEYS.resolve("wechat.json")), StandardCharsets.UTF_8);
        String api = config.replaceAll("(?s).*\"api_key\" *: *\"([^\"]*)\".*", "$1");
        String[] arguments = {
            "--chexiao.accounts.wechat.credentials=" + config, "--server.port=0", "--management.endpoints.web.exposure.include=*",
            "--management.endpoint.env.show-values=always", "--management.endpoint.configprops.show-values=always",
        };
        SpringApplication application = new SpringApplication(Shop.class);
        application.setWebApplicationType(WebApplicationType.SERVLET);
        try (ConfigurableApplicationContext shop = application.run(arguments)) {
            for (String page : new String[] {"configprops", "env", "beans"}) {
                URL url = new URL("http://127.0.0.1:" + shop.getEnvironment().getProperty("local.server.port") + "/actuator/" + page);
                try (InputStream in = url.openStream()) {
                    String shown = StreamUtils.copyToString(in, StandardCharsets.UTF_8);
                    assertTrue(shown.contains("wechat"), page);
                    assertFalse(shown.contains(api), page);
                }
            }
        }
    }

    private static ConfigurableApplicationContext begin(Class<?> application, String... arguments) {
        SpringApplication shop = new SpringApplication(application);
        shop.setWebApplicationType(WebApplicationType.NONE);
        return shop.run(arguments);
    }

    /** What an application says that does not start. */
    private static String fails(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true));
        try {
            assertThrows(RuntimeException.class, () -> begin(Shop.class, arguments));
        } finally {
            System.setOut(before);
        }
        return new String(said.toByteArray(), StandardCharsets.UTF_8);
    }

    private static Map<String, String> order() {
        return Collections.singletonMap("out_trade_no", "S" + System.nanoTime());
    }
}
