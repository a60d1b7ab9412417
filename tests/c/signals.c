/* SIGPIPE at its default with peers that reset while we write; SIGALRM every millisecond during calls. */
#include "kit/ask.h"
#include "kit/sandbox.h"
#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* How much a peer reads before it resets. */
enum manners { AT_ONCE, ONE_BYTE, MOST, ANSWERS_ONCE, MANNERS };
static const char *const NAMES[MANNERS] = {"resets at once", "reads a byte and resets", "reads most and resets", "answers once and resets"};

struct peer {
    int socket;
    enum manners manners;
    char url[64];
    pthread_t thread;
};

static void reset(int connection) {
    struct linger at_once = {1, 0};
    setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(connection);
}

/* A gateway would be rude to answer like this, but the connection stays in the pool. */
static void answer(int connection) {
    static const char reply[] = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n";
    char request[4096];
    size_t got = 0;
    ssize_t now = 1;
    while (now > 0 && !memmem(request, got, "</xml>", 6) && got < sizeof request) {
        now = read(connection, request + got, sizeof request - got);
        if (now > 0) got += (size_t)now;
    }
    if (write(connection, reply, sizeof reply - 1) < 0) return;
}

static void *serve(void *argument) {
    const struct peer *peer = argument;
    int connection;
    while ((connection = accept(peer->socket, NULL, NULL)) >= 0) {
        char bytes[300];
        if (peer->manners == ANSWERS_ONCE) answer(connection);
        else if (peer->manners != AT_ONCE && read(connection, bytes, peer->manners == ONE_BYTE ? 1 : sizeof bytes) < 0) reset(connection);
        reset(connection);
    }
    return NULL;
}

static void start(struct peer *peer, enum manners manners) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int tiny = 1;
    char *url;
    peer->manners = manners;
    peer->socket = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(peer->socket, SOL_SOCKET, SO_RCVBUF, &tiny, sizeof tiny);
    CHECK(bind(peer->socket, (struct sockaddr *)&address, length) == 0 && listen(peer->socket, 64) == 0, "no listener");
    getsockname(peer->socket, (struct sockaddr *)&address, &length);
    url = text_of("http://127.0.0.1:%d", ntohs(address.sin_port));
    strcpy(peer->url, url);
    free(url);
    pthread_create(&peer->thread, NULL, serve, peer);
}

static void stop(struct peer *peer) {
    shutdown(peer->socket, SHUT_RDWR);
    close(peer->socket);
    pthread_join(peer->thread, NULL);
}

/* That the peers do provoke the signal: a program that just writes dies of it. */
static void writing_to(const struct peer *peer) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int status = 0;
    pid_t child = (pid_t)fork_child();
    if (child == 0) {
        int connection = -1, count;
        address.sin_port = htons((uint16_t)atoi(strrchr(peer->url, ':') + 1));
        /* The reset may come before connect returns; then there is nothing to write to, and another try. */
        for (count = 0; count < 100 && connection < 0; count++) {
            connection = socket(AF_INET, SOCK_STREAM, 0);
            if (connect(connection, (struct sockaddr *)&address, sizeof address) != 0) close(connection), connection = -1;
        }
        if (connection < 0) _exit(1);
        for (count = 0; count < 100; count++) {
            ssize_t written = write(connection, "POST", 4);
            sleep_us(written < 0 ? 0 : 1000);
        }
        _exit(2);
    }
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE, "a program that writes to it ends with 0x%x, not of SIGPIPE", (unsigned)status);
}

static void resets(enum manners manners, long loops) {
    struct peer peer;
    char *config, *call = call_of("wechat", "RESET1");
    uint64_t client;
    long loop, unknown = 0, not_sent = 0;
    start(&peer, manners);
    if (manners == AT_ONCE) writing_to(&peer);
    config = config_of("wechat", peer.url, "\"deadline_ms\":5000,");
    client = open_client(config);
    for (loop = 0; loop < loops; loop++) {
        struct answer answer = ask_send(client, call);
        unknown += answer.status == CHEXIAO_UNKNOWN;
        not_sent += answer.status <= CHEXIAO_ERROR_DNS && answer.status >= CHEXIAO_ERROR_NOT_SENT;
        CHECK(answer.status == CHEXIAO_UNKNOWN || (manners == AT_ONCE && answer.status < 0), "a peer that %s: %d %.300s", NAMES[manners],
              answer.status, answer.json);
        forget(&answer);
    }
    CHECK(unknown + not_sent == loops, "a status that is neither");
    note("a peer that %s, %ld times: %ld unknown, %ld not sent; SIGPIPE is at its default", NAMES[manners], loops, unknown, not_sent);
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    stop(&peer);
    free(config), free(call);
}

static _Thread_local volatile sig_atomic_t ours;
static atomic_long rang, strayed;

static void ring(int signal) {
    (void)signal;
    atomic_fetch_add(&rang, 1);
    if (!ours) atomic_fetch_add(&strayed, 1);
}

struct sending {
    uint64_t client;
    long count;
};

/* Whether alarms reach this thread. */
static void alarms_here(int how) {
    sigset_t alarm;
    sigemptyset(&alarm);
    sigaddset(&alarm, SIGALRM);
    pthread_sigmask(how, &alarm, NULL);
}

static void *send_many(void *argument) {
    const struct sending *sending = argument;
    long call;
    ours = 1;
    alarms_here(SIG_UNBLOCK);
    for (call = 0; call < sending->count; call++) close_new_order(sending->client, GATEWAYS[2], "");
    return NULL;
}

static void alarms(long sends) {
    struct sigaction action;
    struct itimerval each_ms = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    char *config = config_of("wechat", NULL, "");
    struct sending sending = {open_client(config), sends / 4};
    pthread_t threads[4];
    int at;
    memset(&action, 0, sizeof action);
    action.sa_handler = ring; /* no SA_RESTART: every call of the system may be interrupted */
    sigaction(SIGALRM, &action, NULL);
    ours = 1;
    setitimer(ITIMER_REAL, &each_ms, NULL);
    alarms_here(SIG_BLOCK); /* the threads are born without, until they are known as ours */
    for (at = 0; at < 4; at++) pthread_create(&threads[at], NULL, send_many, &sending);
    alarms_here(SIG_UNBLOCK);
    for (at = 0; at < 20; at++) close_new_order(sending.client, "wechat", at % 10 ? "" : "DELAY");
    for (at = 0; at < 4; at++) pthread_join(threads[at], NULL);
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(rang > (runs_under("valgrind") ? 10 : 100), "only %ld alarms", (long)rang);
    CHECK(strayed == 0, "%ld of %ld alarms rang on a thread of the library", (long)strayed, (long)rang);
    note("%ld sends by 4 threads, and 20 more: %ld alarms, none on a thread of the library", sends, (long)rang);
    CHECK(chexiao_client_free(sending.client) == CHEXIAO_OK, "freeing");
    free(config);
}

static atomic_int over;

/* One alarm after the other to the whole process. */
static void *alarm_for_ever(void *unused) {
    ours = 1;
    while (!over) {
        kill(getpid(), SIGALRM);
        sleep_us(5);
    }
    return unused;
}

/* A process whose first call, which starts the I/O thread, comes in a hail of alarms. The thread that calls is the only one of
 * the host that takes them. */
static void first_call_among_alarms(long processes) {
    char *config = config_of("wechat", "http://127.0.0.1:1", ""), *call = call_of("wechat", "NOBODY");
    long process;
    for (process = 0; process < processes; process++) {
        pid_t child = (pid_t)fork_child();
        if (child == 0) {
            uint64_t client = open_client(config);
            struct sigaction action;
            pthread_t thread;
            memset(&action, 0, sizeof action);
            action.sa_handler = ring;
            sigaction(SIGALRM, &action, NULL);
            ours = 1;
            alarms_here(SIG_BLOCK);
            pthread_create(&thread, NULL, alarm_for_ever, NULL);
            alarms_here(SIG_UNBLOCK);
            expect_part(ask_send(client, call), CHEXIAO_ERROR_CONNECT, "\"connect\"", "sending to a port nobody listens on");
            over = 1;
            pthread_join(thread, NULL);
            CHECK(strayed == 0, "%ld of %ld alarms rang on a thread of the library", (long)strayed, (long)rang);
            end_child();
        }
        child_ends_well(child, 60, "a first call among alarms");
    }
    free(config), free(call);
}

/* The mask of signals a thread of this process blocks. */
static unsigned long long blocked_by(const char *thread) {
    char *path = text_of("/proc/self/task/%s/status", thread), *status = file_text(path, NULL), *line = strstr(status, "SigBlk:");
    unsigned long long mask = line ? strtoull(line + strlen("SigBlk:"), NULL, 16) : 0;
    free(path), free(status);
    return mask;
}

/* The host's own signals are as they were; the thread of the library takes none. */
static void untouched(void) {
    struct sigaction action;
    const struct dirent *entry;
    DIR *threads = opendir("/proc/self/task");
    char *main_thread = text_of("%ld", (long)getpid());
    int others = 0;
    sigaction(SIGPIPE, NULL, &action);
    CHECK(action.sa_handler == SIG_DFL, "the library has changed the disposition of SIGPIPE");
    while (threads && (entry = readdir(threads)) != NULL) {
        const unsigned long long ours_to_take = 1ull << (SIGPIPE - 1) | 1ull << (SIGALRM - 1) | 1ull << (SIGTERM - 1) | 1ull << (SIGCHLD - 1);
        unsigned long long mask;
        if (entry->d_name[0] == '.') continue;
        mask = blocked_by(entry->d_name) & ours_to_take;
        if (strcmp(entry->d_name, main_thread) == 0) CHECK(mask == 0, "the library has left signals blocked in the host's thread: %llx", mask);
        else CHECK(mask == ours_to_take, "the library's thread blocks only %llx", mask), others++;
    }
    CHECK(others == 1, "%d threads of the library", others);
    if (threads) closedir(threads);
    free(main_thread);
}

int main(void) {
    int manners;
    signal(SIGPIPE, SIG_DFL);
    first_call_among_alarms(scaled(50, 3));
    for (manners = AT_ONCE; manners < MANNERS; manners++) resets((enum manners)manners, scaled(200, 5));
    untouched();
    alarms(scaled(200, 8));
    untouched();
    return summary();
}
