package io.github.chexiao.spring;

import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The beans of the accounts; and what keeps their secrets out of Actuator, where it is there. */
@AutoConfiguration
@EnableConfigurationProperties(ChexiaoProperties.class)
@Import(Accounts.class)
public class ChexiaoAutoConfiguration {
    /** For Spring. */
    public ChexiaoAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(name = "org.springframework.boot.actuate.endpoint.SanitizingFunction")
    static class Masked {
        /** Even where the application has all values shown. */
        @Bean
        SanitizingFunction chexiaoSanitizingFunction() {
            return data -> {
                String key = data.getKey().toLowerCase(java.util.Locale.ROOT).replace("_", ".");
                return key.startsWith("chexiao.accounts.") && key.endsWith(".credentials") ? data.withValue("******") : data;
            };
        }
    }
}
