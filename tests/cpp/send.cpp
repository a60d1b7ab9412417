// Closes at the sandbox whose folder of configurations is the argument; the second argument makes order numbers new.
#include <chexiao.hpp>

#include "check.hpp"

#include <fstream>
#include <iterator>

using chexiao::Client;
using chexiao::Status;

static std::string file(const std::string &path) {
    std::ifstream stream(path.c_str(), std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
}

static std::string close_call(const std::string &number) {
    return "{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"" + number + "\"}}";
}

struct Case {
    const char *number;
    Status status;
};

static const Case cases[] = {
    {"A", Status::closed},           {"CLOSED", Status::already_closed}, {"PAID", Status::paid},     {"PROCESSING", Status::processing},
    {"NOTFOUND", Status::not_found}, {"UNSIGNED", Status::unknown},      {"CUT", Status::unknown},   {"HALF", Status::unknown},
    {"RESET", Status::unknown},      {"WRONGKEY", Status::unknown},      {"DELAY", Status::closed},
};

static void nobody_listens(std::string config) {
    const std::size_t at = config.find("https://127.0.0.1:");
    const std::size_t end = config.find('"', at);
    const Client client(config.replace(at, end - at, "https://127.0.0.1:9"));
    try {
        (void)client.send(close_call("A"));
        CHECK(false);
    } catch (const chexiao::Error &error) {
        CHECK(error.status() == Status::error_connect && std::string(error.name()) == "connect");
    }
    try {
        client.warm();
        CHECK(false);
    } catch (const chexiao::Error &error) {
        CHECK(error.status() == Status::error_connect);
    }
}

int main(int argc, char **argv) {
    const std::string folder = argc == 3 ? argv[1] : "", suffix = argc == 3 ? argv[2] : "";
    const std::string config = file(folder + "/wechat.json");
    const Client client(config);
    for (const Case &it : cases) {
        const chexiao::Outcome outcome = client.send(close_call(it.number + suffix));
        CHECK(outcome.code() == it.status);
        CHECK(holds(outcome.json(), std::string("\"outcome\":\"") + outcome.name() + "\""));
    }
    client.warm();
    nobody_listens(config);
    return summary();
}
