/* close CONFIG-FILE CALL TIMES: opens a client and sends the call so many times. */
#include <chexiao.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
    static char config[1 << 16];
    uint64_t client;
    char *said;
    FILE *file = argc == 4 ? fopen(argv[1], "r") : NULL;
    size_t length = file ? fread(config, 1, sizeof config, file) : 0;
    chexiao_status status = chexiao_client_new(config, length, &client, &said);
    int times = status == CHEXIAO_OK ? atoi(argv[3]) : 0;

    while (times-- > 0) {
        chexiao_string_free(said);
        status = chexiao_send(client, argv[2], CHEXIAO_NUL_TERMINATED, &said);
        if (status != CHEXIAO_CLOSED) {
            break;
        }
    }
    if (status != CHEXIAO_CLOSED) {
        fprintf(stderr, "%s\n", said);
        return 1;
    }
    chexiao_string_free(said);
    chexiao_client_free(client);
    return 0;
}
