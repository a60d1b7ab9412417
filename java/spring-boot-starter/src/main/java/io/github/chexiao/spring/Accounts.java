package io.github.chexiao.spring;

import io.github.chexiao.Client;
import io.github.chexiao.spring.ChexiaoProperties.Account;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.io.ResourceLoader;
import org.springframework.core.type.AnnotationMetadata;

/** A bean for each account, unless the application has one of that name. */
final class Accounts implements ImportBeanDefinitionRegistrar {
    private final Environment environment;
    private final ResourceLoader resources;

    Accounts(Environment environment, ResourceLoader resources) {
        this.environment = environment;
        this.resources = resources;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importing, BeanDefinitionRegistry registry) {
        ChexiaoProperties properties = Binder.get(environment).bindOrCreate("chexiao", ChexiaoProperties.class);
        properties.getAccounts().forEach((name, account) -> {
            if (!registry.containsBeanDefinition(name)) {
                registry.registerBeanDefinition(name, definition(name, account));
            }
        });
    }

    private RootBeanDefinition definition(String name, Account account) {
        RootBeanDefinition definition = new RootBeanDefinition(Client.class, () -> Opening.open(name, account, resources));
        definition.setDestroyMethodName("close");
        return definition;
    }
}
