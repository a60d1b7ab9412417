// Does what tests/c/program.py asks: reads netstrings ("5:bytes,") from standard input, each time a verb and a text, and answers
// with two: status and document. "open" opens a client with that text in place of the one before, "another" beside it; the other verbs
// are told to it.
// Writes nothing else.
#include <chexiao.hpp>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using chexiao::Client;
using chexiao::Error;
using chexiao::Notice;
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
    std::cout << number.size() << ':' << number << ',' << document.size() << ':' << document << ',' << std::flush;
}

static void tell(const Outcome &outcome) {
    if (outcome.is_error() || outcome.is_closed() != (outcome.code() == Status::closed || outcome.code() == Status::already_closed)) {
        std::exit(3);
    }
    tell(outcome.code(), outcome.json());
}

static void tell(const Notice &notice) {
    if (notice.is_error() || std::string(notice.name()) != chexiao::name(notice.event())) {
        std::exit(3);
    }
    tell(notice.event(), notice.json());
}

static void ask(const Client &client, const std::string &verb, const std::string &text) {
    if (verb == "sign") {
        tell(Status::ok, client.sign(text));
    } else if (verb == "send") {
        tell(client.send(text));
    } else if (verb == "verify") {
        tell(client.verify(text));
    } else if (verb == "notification") {
        tell(client.notification(text));
    } else if (verb == "warm") {
        client.warm();
        tell(Status::ok, "{}");
    } else {
        std::exit(4);
    }
}

int main() {
    std::string verb, text;
    std::unique_ptr<const Client> client;
    std::vector<std::unique_ptr<const Client>> left_open;
    while (read(verb) && read(text)) {
        try {
            if (verb == "open" || verb == "another") {
                if (verb == "another") {
                    left_open.push_back(std::move(client));
                }
                client.reset();
                client.reset(new Client(text));
                tell(Status::ok, "{}");
            } else {
                ask(*client, verb, text);
            }
        } catch (const Error &error) {
            tell(error.status(), error.json());
        }
    }
    return 0;
}
