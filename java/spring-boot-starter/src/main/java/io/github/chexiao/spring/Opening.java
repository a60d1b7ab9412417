package io.github.chexiao.spring;

import io.github.chexiao.ChexiaoException;
import io.github.chexiao.Client;
import io.github.chexiao.spring.ChexiaoProperties.Account;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Paths;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;
import org.springframework.util.StreamUtils;
import org.springframework.util.StringUtils;

/** How an account becomes a client. */
final class Opening {
    private static final String ONE_OF_TWO = "name the file of its configuration by `config`, or give that itself, as JSON, by `credentials`";

    private Opening() {}

    static Client open(String name, Account account, ResourceLoader resources) {
        boolean here = StringUtils.hasText(account.credentials());
        if (here == StringUtils.hasText(account.getConfig())) {
            throw new AccountException(name, here ? "has both `config` and `credentials`" : "has no configuration", ONE_OF_TWO, null);
        }
        try {
            return here ? Client.open(account.credentials()) : opened(name, account.getConfig(), resources);
        } catch (ChexiaoException refused) {
            throw new AccountException(name, refused.getMessage(), refused.hint(), refused);
        }
    }

    private static Client opened(String name, String config, ResourceLoader resources) {
        if (!config.startsWith("/") && !config.contains(":")) {
            return Client.open(Paths.get(config));
        }
        Resource resource = resources.getResource(config.startsWith("/") ? "file:" + config : config);
        try {
            if (resource.isFile()) {
                return Client.open(resource.getFile().toPath());
            }
            try (InputStream in = resource.getInputStream()) {
                return Client.open(StreamUtils.copyToString(in, StandardCharsets.UTF_8));
            }
        } catch (IOException bad) {
            throw new AccountException(name, "its configuration cannot be read", "check the place that `config` names", bad);
        }
    }
}
