#include <chexiao.h>
#include <stdio.h>

SNIPPET
int main(int count, char **arguments)
{
    const char *calls[1];
    uint64_t client = 0;
    char *json = NULL;
    chexiao_status status = chexiao_client_new(arguments[1], CHEXIAO_NUL_TERMINATED, &client, &json);
    if (status != CHEXIAO_OK) printf("nothing was sent: %s\n", json);
    chexiao_string_free(json);
    calls[0] = arguments[count - 2];
    return status == CHEXIAO_OK ? close_all(client, calls, 1) : 0;
}
