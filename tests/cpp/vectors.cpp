// Every verify vector: the outcome is the one that was worked out without this library. Reads what vectors.py writes; the
// argument is the number of vectors the manifest names.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

#include <cstdlib>
#include <iostream>

// "5:bytes,"; false at the end.
static bool read(std::string &text) {
    std::size_t length = 0;
    char mark = 0;
    if (!(std::cin >> length >> mark) || mark != ':') {
        return false;
    }
    text.resize(length);
    return std::cin.read(&text[0], static_cast<std::streamsize>(length)) && std::cin.get() == ',';
}

int main(int argc, char **argv) {
    std::string id, account, asked, reply, expected;
    int count = 0;
    while (read(id) && read(account) && read(asked) && read(reply) && read(expected)) {
        const chexiao::Client client(account);
        const chexiao::Outcome outcome = client.verify(exchange(asked, client.sign(asked), reply));
        if (!CHECK(outcome.name() == expected)) {
            std::cerr << id << ": " << outcome.name() << ", not " << expected << std::endl;
        }
        ++count;
    }
    CHECK(argc == 2 && count == std::atoi(argv[1]));
    std::cout << count << " vectors" << std::endl;
    return summary();
}
