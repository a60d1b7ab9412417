#include "orders.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW "CAST(strftime('%s', 'now') AS INTEGER)"
#define TIMEOUT 10000 /* milliseconds for which another process may keep the file */
#define FINAL "('closed', 'already_closed', 'paid', 'voided', 'refunded')"

struct orders {
    sqlite3 *db;
};

/* What a document says of an order. The texts live as long as the statement. */
struct said {
    sqlite3_stmt *statement;
    const char *claim; /* its word */
    const char *word;  /* the same if it is proven: authentic, of this order, and nothing wants it confirmed; else unknown */
    const char *evidence;
    const char *dedupe;
    const char *number;
    int is_outcome, has_hint, has_answer, is_final_claim, is_another_payment;
};

/* ?1 gateway, ?2 order, ?3 document. How a close's order and a notice's order name the same thing; and what counts as proven. */
static const char READ[] =
    "SELECT claim, CASE WHEN is_proven THEN claim ELSE 'unknown' END, evidence, dedupe,"
    " CASE WHEN json_extract(names, '$.protocol_no') IS NOT NULL THEN 'protocol_no/' || json_extract(names, '$.protocol_no')"
    "  WHEN ?1 = 'icbc' THEN nullif(json_extract(names, '$.agreeCode'), '') || '/' || nullif(json_extract(names, '$.partnerSeq'), '')"
    "  WHEN ?1 IN ('ysepay', 'wechat') THEN nullif(json_extract(names, '$.out_trade_no'), '')"
    "  WHEN ?1 = 'edgeros' THEN nullif(json_extract(names, '$.mch_trade_no'), '')"
    "  WHEN ?1 = 'chinaums' THEN nullif(json_extract(names, '$.merOrderId'), '') END,"
    " is_outcome, hint IS NOT NULL, has_answer, claim IN " FINAL " "
    "FROM (SELECT *, CASE WHEN ?1 = 'chinaums' AND word IN ('closed', 'already_closed') THEN 'voided' ELSE word END AS claim,"
    "  CASE WHEN is_outcome THEN word NOT IN " FINAL " OR next IN ('done', 'fulfil_or_refund', 'reconcile')"
    "   ELSE evidence = 'signed_bound' AND confirm = 'not_needed' END AS is_proven"
    " FROM (SELECT coalesce(json_extract(?3, '$.outcome'), json_extract(?3, '$.event')) AS word,"
    "  json_extract(?3, '$.outcome') IS NOT NULL AS is_outcome, json_extract(?3, '$.next') AS next,"
    "  json_extract(?3, '$.evidence') AS evidence, json_extract(?3, '$.confirm') AS confirm, json_extract(?3, '$.hint') AS hint,"
    /* At YSEPay two refunds of one payment have the same key against repeats, but not the same number. */
    "  json_extract(?3, '$.dedupe') || coalesce('|' || json_extract(?3, '$.order.out_request_no'), '') AS dedupe, coalesce(json_type(?3, '$.acknowledge'), 'null') <> 'null' AS has_answer,"
    "  coalesce(?2, json_extract(?3, '$.order')) AS names))";

/* ?1 gateway, ?2 number, ?3 evidence, ?4 word, ?5 claim. Changes nothing where a word stands that is not weaker. */
static const char WRITE[] =
    "INSERT INTO orders (gateway, number, word, rank, evidence, if_paid, todo, updated)"
    " SELECT ?1, ?2, said.word, said.rank, ?3, claim.if_paid, said.todo, " NOW
    " FROM words AS said, words AS claim WHERE said.word = ?4 AND claim.word = ?5"
    " ON CONFLICT (gateway, number) DO UPDATE SET"
    "  word = excluded.word, rank = excluded.rank, evidence = excluded.evidence, updated = excluded.updated,"
    "  todo = CASE excluded.word WHEN 'paid' THEN orders.if_paid ELSE excluded.todo END,"
    "  if_paid = CASE excluded.if_paid WHEN 'fulfil_or_refund' THEN orders.if_paid ELSE excluded.if_paid END"
    " WHERE excluded.rank > orders.rank OR orders.rank < 2";

static const char KEEP[] = "INSERT INTO heard (gateway, number, dedupe, document, at) VALUES (?1, ?2, ?3, ?4, " NOW ")"
                           " ON CONFLICT (gateway, dedupe) DO NOTHING";

/* ?1 gateway, ?2 number, ?3 dedupe, ?4 document. A payment was heard of that was not this one. */
static const char ANOTHER_PAYMENT[] = "SELECT 1 FROM heard WHERE json_extract(?4, '$.event') = 'paid' AND gateway = ?1 AND number = ?2"
                                      " AND dedupe <> ?3 AND json_extract(document, '$.event') = 'paid'";

/* Nothing that is to be done gives way to a query, and no word. */
static const char KNOW[] = "INSERT INTO orders (gateway, number, word, rank, evidence, if_paid, todo, updated)"
                           " SELECT ?1, ?2, word, rank, 'none', if_paid, todo, " NOW " FROM words WHERE word = 'unknown'"
                           " ON CONFLICT (gateway, number) DO NOTHING";
static const char ASK[] = "UPDATE orders SET todo = 'query', updated = " NOW " WHERE gateway = ?1 AND number = ?2 AND todo IS NULL";
static const char ANSWERED[] = "UPDATE orders SET todo = NULL, updated = " NOW " WHERE gateway = ?1 AND number = ?2 AND todo = 'query'";
static const char FOR_THE_BOOKS[] = "UPDATE orders SET todo = 'reconcile', updated = " NOW " WHERE gateway = ?1 AND number = ?2"
                                    " AND (todo IS NULL OR todo IN ('fulfil_or_refund', 'query'))";
static const char DONE[] = "UPDATE orders SET todo = NULL WHERE gateway = ?1 AND number = ?2 AND todo = ?3";

static sqlite3_stmt *prepared(orders *store, const char *sql, int count, const char *const *values)
{
    sqlite3_stmt *statement = NULL;
    int i;
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return NULL;
    for (i = 0; i < count; i++)
        if (sqlite3_bind_text(statement, i + 1, values[i], -1, SQLITE_TRANSIENT) != SQLITE_OK) {
            sqlite3_finalize(statement);
            return NULL;
        }
    return statement;
}

/* How many rows it changed, or -1. */
static int changed(orders *store, const char *sql, int count, const char *const *values)
{
    sqlite3_stmt *statement = prepared(store, sql, count, values);
    int code = statement != NULL ? sqlite3_step(statement) : SQLITE_ERROR;
    sqlite3_finalize(statement);
    return code == SQLITE_DONE ? sqlite3_changes(store->db) : -1;
}

/* One writer at a time; who comes second waits. */
static int begin(orders *store)
{
    return sqlite3_exec(store->db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
}

static int committed(orders *store, int is_well)
{
    if (is_well && sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        return 1;
    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return 0;
}

/* Of two that turn a new file into a WAL at once, SQLite refuses one without waiting. */
static int laid_out(orders *store, const char *schema)
{
    int code, waited = 0;
    while ((code = sqlite3_exec(store->db, schema, NULL, NULL, NULL)) == SQLITE_BUSY && waited < TIMEOUT)
        waited += sqlite3_sleep(10);
    return code == SQLITE_OK;
}

orders *orders_open(const char *path, const char *schema)
{
    char text[16384];
    orders *store = calloc(1, sizeof *store);
    FILE *file = fopen(schema, "rb");
    size_t length = file != NULL ? fread(text, 1, sizeof text, file) : sizeof text;
    if (file != NULL)
        fclose(file);
    if (store == NULL || length >= sizeof text) {
        free(store);
        return NULL;
    }
    text[length] = '\0';
    if (sqlite3_open(path, &store->db) == SQLITE_OK && sqlite3_busy_timeout(store->db, TIMEOUT) == SQLITE_OK && laid_out(store, text))
        return store;
    orders_close(store);
    return NULL;
}

void orders_close(orders *store)
{
    if (store != NULL)
        sqlite3_close(store->db);
    free(store);
}

const char *orders_error(orders *store)
{
    return sqlite3_errmsg(store->db);
}

static int ask(orders *store, const char *const *named)
{
    return changed(store, KNOW, 2, named) >= 0 && changed(store, ASK, 2, named) >= 0;
}

static int is_one_of(const char *word, const char *one, const char *other)
{
    return strcmp(word, one) == 0 || strcmp(word, other) == 0;
}

/* Closed after paid, paid after the money went back by a void, one more refund, one more payment. */
static int is_for_the_books(const struct said *said, const char *standing)
{
    return said->is_another_payment || (is_one_of(said->claim, "closed", "already_closed") && strcmp(standing, "paid") == 0) ||
           (strcmp(said->claim, "paid") == 0 && strcmp(standing, "voided") == 0) ||
           (strcmp(said->word, "refunded") == 0 && is_one_of(standing, "refunded", "voided") && !said->is_outcome);
}

static const char *known(const char *todo)
{
    static const char *const ALL[] = {ORDERS_QUERY, ORDERS_RELEASE, ORDERS_FULFIL_OR_REFUND, ORDERS_REFUND, ORDERS_RECONCILE};
    size_t i;
    for (i = 0; i < sizeof ALL / sizeof *ALL; i++)
        if (strcmp(todo, ALL[i]) == 0)
            return ALL[i];
    return ORDERS_NOTHING;
}

static const char *take(orders *store, const char *gateway, const struct said *said)
{
    const char *values[] = {gateway, said->number, said->evidence, said->word, said->claim};
    char standing[32] = "", todo[32] = "";
    int count = changed(store, WRITE, 5, values);
    if (count < 0 || !orders_row(store, gateway, said->number, standing, todo))
        return NULL;
    if (count > 0)
        return known(todo);
    if (is_for_the_books(said, standing)) {
        count = changed(store, FOR_THE_BOOKS, 2, values);
        return count < 0 ? NULL : count > 0 ? ORDERS_RECONCILE : ORDERS_NOTHING;
    }
    if (said->has_hint || (said->is_final_claim && strcmp(said->word, "unknown") == 0))
        return ask(store, values) ? ORDERS_QUERY : NULL;
    if (said->is_outcome && said->is_final_claim && changed(store, ANSWERED, 2, values) < 0)
        return NULL;
    return ORDERS_NOTHING;
}

/* 1 or 0, or -1. */
static int is_another_payment(orders *store, const char *const *values)
{
    sqlite3_stmt *row = prepared(store, ANOTHER_PAYMENT, 4, values);
    int code = row != NULL ? sqlite3_step(row) : SQLITE_ERROR;
    sqlite3_finalize(row);
    return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : -1;
}

static const char *kept(orders *store, const char *gateway, struct said *said, const char *document)
{
    const char *values[] = {gateway, said->number, said->is_outcome ? NULL : said->dedupe, document};
    int count;
    /* WeChat Pay's notice of a refund, which nobody vouches for: that it is a repetition neither. It is not kept. */
    if (strcmp(said->evidence, "none") == 0 && !said->is_outcome)
        return said->number == NULL ? ORDERS_LOOK : ask(store, values) ? ORDERS_QUERY : NULL;
    said->is_another_payment = is_another_payment(store, values);
    count = said->is_another_payment < 0 ? -1 : changed(store, KEEP, 4, values);
    if (count < 0)
        return NULL;
    if (said->number == NULL || (strcmp(said->evidence, "signed_unbound") == 0 && !said->is_outcome))
        return count > 0 ? ORDERS_LOOK : ORDERS_NOTHING;
    return count > 0 ? take(store, gateway, said) : ORDERS_NOTHING;
}

/* 0 if the document cannot be read. `said->statement` is to be finalized in any case. */
static int read_document(orders *store, const char *gateway, const char *order, const char *document, struct said *said)
{
    const char *values[] = {gateway, order, document};
    const char *texts[5];
    int i;
    said->statement = prepared(store, READ, 3, values);
    if (said->statement == NULL || sqlite3_step(said->statement) != SQLITE_ROW)
        return 0;
    for (i = 0; i < 5; i++)
        texts[i] = (const char *)sqlite3_column_text(said->statement, i);
    said->claim = texts[0], said->word = texts[1], said->evidence = texts[2], said->dedupe = texts[3], said->number = texts[4];
    said->is_outcome = sqlite3_column_int(said->statement, 5), said->has_hint = sqlite3_column_int(said->statement, 6);
    said->has_answer = sqlite3_column_int(said->statement, 7), said->is_final_claim = sqlite3_column_int(said->statement, 8);
    return said->claim != NULL && said->word != NULL && said->evidence != NULL;
}

static const char *hear(orders *store, const char *gateway, const char *order, const char *document)
{
    struct said said;
    const char *todo = NULL;
    if (read_document(store, gateway, order, document, &said)) {
        if (said.is_outcome != (order != NULL) || (said.is_outcome && said.number == NULL))
            todo = NULL; /* one in the other's place, or an order that is named by what no notice has */
        else if (!said.is_outcome && !said.has_answer)
            todo = ORDERS_REFUSE;
        else if (begin(store)) {
            todo = kept(store, gateway, &said, document);
            todo = committed(store, todo != NULL) ? todo : NULL;
        }
    }
    sqlite3_finalize(said.statement);
    return todo;
}

const char *orders_outcome(orders *store, const char *gateway, const char *order, const char *outcome)
{
    return order != NULL ? hear(store, gateway, order, outcome) : NULL;
}

const char *orders_notice(orders *store, const char *gateway, const char *notice)
{
    return hear(store, gateway, NULL, notice);
}

int orders_begin(orders *store, const char *gateway, const char *order)
{
    struct said said;
    int is_well = read_document(store, gateway, order, "{\"outcome\":\"unknown\",\"evidence\":\"none\"}", &said);
    const char *values[] = {gateway, is_well ? said.number : NULL};
    is_well = is_well && said.number != NULL && begin(store) && committed(store, ask(store, values));
    sqlite3_finalize(said.statement);
    return is_well;
}

int orders_done(orders *store, const char *gateway, const char *number, const char *todo)
{
    const char *values[] = {gateway, number, todo};
    return changed(store, DONE, 3, values) == 1;
}

int orders_row(orders *store, const char *gateway, const char *number, char word[32], char todo[32])
{
    const char *values[] = {gateway, number};
    sqlite3_stmt *row = prepared(store, "SELECT word, coalesce(todo, '') FROM orders WHERE gateway = ?1 AND number = ?2", 2, values);
    int is_there = row != NULL && sqlite3_step(row) == SQLITE_ROW;
    if (is_there) {
        snprintf(word, 32, "%s", (const char *)sqlite3_column_text(row, 0));
        snprintf(todo, 32, "%s", (const char *)sqlite3_column_text(row, 1));
    }
    sqlite3_finalize(row);
    return is_there;
}

/* gateway, number and todo one after the other, each with its NUL. */
struct due {
    struct due *next;
    char texts[];
};

static struct due *copied(sqlite3_stmt *row)
{
    size_t lengths[3], i, all = 0;
    struct due *due;
    for (i = 0; i < 3; i++) {
        sqlite3_column_text(row, (int)i);
        all += lengths[i] = (size_t)sqlite3_column_bytes(row, (int)i) + 1;
    }
    due = malloc(sizeof *due + all);
    for (i = 0, all = 0; due != NULL && i < 3; all += lengths[i++])
        memcpy(due->texts + all, sqlite3_column_text(row, (int)i), lengths[i]);
    return due;
}

int orders_due(orders *store, long seconds, void (*each)(void *context, const char *gateway, const char *number, const char *todo),
               void *context)
{
    char age[24];
    const char *values[] = {age};
    struct due *first = NULL, **last = &first, *due;
    sqlite3_stmt *rows;
    int code = SQLITE_DONE, count = 0, is_well;
    snprintf(age, sizeof age, "%ld", seconds);
    if (!begin(store))
        return -1;
    rows = prepared(store, "SELECT gateway, number, todo FROM orders WHERE todo IS NOT NULL AND updated <= " NOW " - ?1 ORDER BY updated", 1,
                    values);
    while (rows != NULL && (code = sqlite3_step(rows)) == SQLITE_ROW && (due = copied(rows)) != NULL) {
        due->next = NULL;
        *last = due;
        last = &due->next;
    }
    is_well = rows != NULL && code == SQLITE_DONE;
    sqlite3_finalize(rows);
    is_well = is_well && changed(store, "UPDATE orders SET updated = " NOW " WHERE todo IS NOT NULL AND updated <= " NOW " - ?1", 1, values) >= 0;
    is_well = committed(store, is_well);
    while ((due = first) != NULL) {
        const char *number = due->texts + strlen(due->texts) + 1;
        if (is_well)
            each(context, due->texts, number, number + strlen(number) + 1);
        count += 1;
        first = due->next;
        free(due);
    }
    return is_well ? count : -1;
}
