#include <chexiao.hpp>
#include <cstdio>

static int fail(const std::string &json) { return std::printf("nothing was sent: %s\n", json.c_str()), 0; }

int main(int, char **arguments)
{
    const std::string config = arguments[1], call = arguments[2];
    SNIPPET
    std::puts(outcome.name());
    return 0;
}
