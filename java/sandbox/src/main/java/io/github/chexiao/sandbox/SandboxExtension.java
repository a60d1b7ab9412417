package io.github.chexiao.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests and their constructors that ask for a {@link Sandbox} one, the same for all, and closes it behind the last. */
public final class SandboxExtension implements ParameterResolver {
    /** For JUnit. */
    public SandboxExtension() {}

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(ExtensionContext.Namespace.create(SandboxExtension.class));
        return store.getOrComputeIfAbsent(Kept.class, key -> new Kept(), Kept.class).sandbox;
    }

    /** Closed by JUnit: before 5.13 it heeds this interface alone. */
    @SuppressWarnings("deprecation")
    private static final class Kept implements ExtensionContext.Store.CloseableResource, AutoCloseable {
        private final Sandbox sandbox;

        Kept() {
            try {
                sandbox = Sandbox.start();
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        @Override
        public void close() {
            sandbox.close();
        }
    }
}
