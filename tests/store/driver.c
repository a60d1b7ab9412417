/* `orders.c` behind lines on standard input, for tests/store/run: as driver.py, to the word. */
#include "../../examples/orders.c"

#include <signal.h>
#include <unistd.h>

static int statements_left;

static int count(unsigned what, void *context, void *statement, void *sql)
{
    (void)what, (void)context, (void)statement, (void)sql;
    if (--statements_left == 0)
        kill(getpid(), SIGKILL);
    return 0;
}

static void print_due(void *context, const char *gateway, const char *number, const char *todo)
{
    const char **between = context;
    printf("%s%s %s %s", *between, gateway, number, todo);
    *between = ";";
}

static const char *or_failed(orders *store, const char *todo)
{
    if (todo == NULL)
        fprintf(stderr, "failed: %s\n", orders_error(store));
    return todo != NULL ? todo : "failed";
}

static void print_row(orders *store, const char *gateway, const char *number)
{
    char word[32], todo[32];
    if (orders_row(store, gateway, number, word, todo))
        printf("%s %s", word, *todo != '\0' ? todo : "-");
    else
        printf("- -");
}

static void answer(orders *store, char **words)
{
    const char *verb = words[0], *between = "";
    char word[32] = "unknown", todo[32];
    if (strcmp(verb, "die") == 0) {
        statements_left = atoi(words[1]);
        sqlite3_trace_v2(store->db, SQLITE_TRACE_STMT, count, NULL);
        printf("armed");
    } else if (strcmp(verb, "begin") == 0) {
        /* The cases name their order A1. */
        int begun = orders_begin(store, words[1], words[2]);
        orders_row(store, words[1], strcmp(words[1], "icbc") == 0 ? "0200/A1" : "A1", word, todo);
        printf("%s", begun ? word : "failed");
    } else if (strcmp(verb, "outcome") == 0) {
        printf("%s", or_failed(store, orders_outcome(store, words[1], words[2], words[3])));
    } else if (strcmp(verb, "notice") == 0) {
        printf("%s", or_failed(store, orders_notice(store, words[1], words[2])));
    } else if (strcmp(verb, "done") == 0) {
        printf("%s", orders_done(store, words[1], words[2], words[3]) ? "yes" : "no");
    } else if (strcmp(verb, "row") == 0) {
        print_row(store, words[1], words[2]);
    } else if (strcmp(verb, "due") == 0) {
        orders_due(store, atol(words[1]), print_due, &between);
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    static char line[65536];
    orders *store = NULL;
    if (argc != 2)
        return 2;
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *words[8] = {0}, *rest = line;
        int i;
        line[strcspn(line, "\n")] = '\0';
        for (i = 0; i < 7 && rest != NULL; i++) {
            char *tab = strchr(rest, '\t');
            words[i] = rest;
            rest = tab != NULL ? tab + 1 : NULL;
            if (tab != NULL)
                *tab = '\0';
        }
        if (strcmp(words[0], "open") == 0) {
            orders_close(store);
            store = orders_open(words[1], argv[1]);
            printf(store != NULL ? "open\n" : "failed\n");
        } else {
            answer(store, words);
        }
        fflush(stdout);
    }
    orders_close(store);
    return 0;
}
