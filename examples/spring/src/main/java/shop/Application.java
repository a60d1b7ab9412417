package shop;

import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/**
 * A shop that closes orders and hears what the gateways post: docs/notifications.md, docs/close-and-notifications.md.
 *
 * <pre>
 * mvn -f java package -DskipTests
 * mvn -f examples/spring spring-boot:run -Dspring-boot.run.arguments=--pay.accounts=wechat.json,icbc.json
 * </pre>
 */
@SpringBootApplication
public class Application {
    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Bean
    Accounts accounts(@Value("${pay.accounts}") List<String> files) {
        return new Accounts(files.stream().map(Path::of).toList());
    }
}
