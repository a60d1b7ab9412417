package io.github.chexiao.spring;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The accounts of an application. */
@ConfigurationProperties("chexiao")
public final class ChexiaoProperties {
    /** Accounts by their names, which are those of their beans. */
    private final Map<String, Account> accounts = new LinkedHashMap<>();

    /** No accounts. */
    public ChexiaoProperties() {}

    /**
     * The accounts, to be added to.
     *
     * @return by name
     */
    public Map<String, Account> getAccounts() {
        return accounts;
    }

    /** One merchant account at one gateway: one of the two. */
    public static final class Account {
        /** Where its configuration lies: a file, or a resource such as classpath:account.json. */
        private String config;
        /** Its configuration itself, as JSON. Actuator masks it. */
        private String credentials;

        /** Neither. */
        public Account() {}

        /**
         * Where its configuration lies.
         *
         * @return a file or a resource, or null
         */
        public String getConfig() {
            return config;
        }

        /**
         * Where its configuration lies.
         *
         * @param config a file or a resource
         */
        public void setConfig(String config) {
            this.config = config;
        }

        /**
         * Its configuration itself.
         *
         * @param credentials JSON
         */
        public void setCredentials(String credentials) {
            this.credentials = credentials;
        }

        /** No getter: nothing that looks through beans finds it. */
        String credentials() {
            return credentials;
        }
    }
}
