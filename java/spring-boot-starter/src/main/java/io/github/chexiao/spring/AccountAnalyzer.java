package io.github.chexiao.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says at the start which account is wrong, and what mends it. */
final class AccountAnalyzer extends AbstractFailureAnalyzer<AccountException> {
    @Override
    protected FailureAnalysis analyze(Throwable root, AccountException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
    }
}
