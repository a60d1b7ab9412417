package io.github.chexiao.spring;

/** An account from which no client opens: the application does not start. */
public final class AccountException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * What mends it.
     *
     * @serial a sentence
     */
    private final String remedy;

    AccountException(String account, String message, String remedy, Throwable cause) {
        super("chexiao.accounts." + account + ": " + message, cause);
        this.remedy = remedy;
    }

    /**
     * What mends it.
     *
     * @return a sentence
     */
    public String remedy() {
        return remedy;
    }
}
