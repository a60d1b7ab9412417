#include <chexiao_cgi.h>

static int stored(chexiao_status event, const char *notice) { return event > 0 && notice == NULL; }

int main(int count, char **arguments)
{
    uint64_t client = 0;
    char *json = NULL;
    (void)count;
    chexiao_client_new(arguments[1], CHEXIAO_NUL_TERMINATED, &client, &json);
    chexiao_string_free(json);
    {
        SNIPPET
        chexiao_string_free(notice);
        free(message);
    }
    return 0;
}
