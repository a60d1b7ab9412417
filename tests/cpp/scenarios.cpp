// Does what tests/c/scenarios.py asks, which knows the table: reads netstrings ("5:bytes,") from standard input, each time a
// configuration, a call to sign and a call to send, and answers with four: status and document of both, with a client of its
// own, or, where the configuration is empty, with that of before; where none opens, status and document of that, twice. Writes
// nothing else.
#include <chexiao.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

using chexiao::Client;
using chexiao::Error;
using chexiao::Outcome;
using chexiao::Status;

// False at the end of the input.
static bool read(std::string &text) {
    std::size_t length = 0;
    char mark = 0;
    if (!(std::cin >> length >> mark)) {
        return false;
    }
    text.resize(length);
    if (mark != ':' || !std::cin.read(&text[0], static_cast<std::streamsize>(length)) || std::cin.get() != ',') {
        std::exit(2);
    }
    return true;
}

static void tell(Status status, const std::string &document) {
    const std::string number = std::to_string(static_cast<chexiao_status>(status));
    std::cout << number.size() << ':' << number << ',' << document.size() << ':' << document << ',';
}

static void sign(const Client &client, const std::string &call) {
    try {
        tell(Status::ok, client.sign(call));
    } catch (const Error &error) {
        tell(error.status(), error.json());
    }
}

static void send(const Client &client, const std::string &call) {
    try {
        const Outcome outcome = client.send(call);
        if (outcome.is_error() || outcome.is_closed() != (outcome.code() == Status::closed || outcome.code() == Status::already_closed)) {
            std::exit(3);
        }
        tell(outcome.code(), outcome.json());
    } catch (const Error &error) {
        tell(error.status(), error.json());
    }
}

int main() {
    std::string config, to_sign, to_send;
    std::unique_ptr<const Client> client;
    while (read(config) && read(to_sign) && read(to_send)) {
        try {
            if (!config.empty()) {
                client.reset();
                client.reset(new Client(config));
            }
            sign(*client, to_sign);
            send(*client, to_send);
        } catch (const Error &error) {
            tell(error.status(), error.json());
            tell(error.status(), error.json());
        }
        std::cout.flush();
    }
    return 0;
}
