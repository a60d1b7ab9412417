package io.github.chexiao;

import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Orders as {@code chexiao bulk run} takes them: {@code docs/bulk.md} says what is read and what is refused. Immutable. */
public final class BulkInput {
    private final Map<String, Object> members;

    private BulkInput(Map<String, ?> members) {
        this.members = new LinkedHashMap<>(members);
    }

    /**
     * A table ({@code .csv}, {@code .tsv}) or JSON lines ({@code .jsonl}, {@code .ndjson}), whose column {@code account} names the account of
     * each order.
     *
     * @param file the file
     * @return the input
     */
    public static BulkInput of(Path file) {
        return new BulkInput(Collections.singletonMap("path", file.toFile().getPath()));
    }

    /**
     * What a query finds in the journal's own database, which it cannot change: a row is an order, a column of texts a field.
     *
     * @param sql one {@code SELECT}
     * @return the input
     */
    public static BulkInput query(String sql) {
        return new BulkInput(Collections.singletonMap("query", Objects.requireNonNull(sql, "sql")));
    }

    /**
     * All its orders are of one account.
     *
     * @param account its name
     * @return this, with that said
     */
    public BulkInput account(String account) {
        return with("account", account);
    }

    /**
     * Another column than {@code account} names the account of each order.
     *
     * @param column its name
     * @return this, with that said
     */
    public BulkInput accountColumn(String column) {
        return with("account_column", column);
    }

    /**
     * What it is, whatever its name.
     *
     * @param format {@code csv} or {@code jsonl}
     * @return this, with that said
     */
    public BulkInput format(String format) {
        return with("format", format);
    }

    /**
     * The charset, where the file does not say it: UTF-8 or GB18030 (GBK, GB2312).
     *
     * @param charset such as {@code Charset.forName("GB18030")}
     * @return this, with that said
     */
    public BulkInput charset(Charset charset) {
        return with("charset", charset.name());
    }

    /**
     * Columns that are no fields of the orders.
     *
     * @param columns their names
     * @return this, with that said
     */
    public BulkInput ignore(String... columns) {
        return with("ignore", Arrays.asList(columns));
    }

    /** For logs: nothing of the orders. */
    @Override
    public String toString() {
        return Line.of("BulkInput{" + members.getOrDefault("path", "query") + "}");
    }

    String toJson() {
        return BulkBorder.json("input", members);
    }

    private BulkInput with(String name, Object value) {
        BulkInput other = new BulkInput(members);
        other.members.put(name, Objects.requireNonNull(value, name));
        return other;
    }
}
