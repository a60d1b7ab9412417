// Many threads on one client: sign and verify without a network, then send to the sandbox. Arguments: the folder of its
// configurations, a suffix that makes order numbers new, rounds per thread.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

using chexiao::Client;

template <typename Body> static void in_threads(int count, Body body) {
    std::vector<std::thread> threads;
    for (int number = 0; number < count; ++number) {
        threads.emplace_back(body, number);
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

static void sign_and_verify(int rounds) {
    const Client client(config);
    const std::string expected = client.sign(call);
    in_threads(16, [&](int) {
        for (int round = 0; round < rounds; ++round) {
            CHECK(client.sign(call) == expected);
            CHECK(client.verify(exchange(call, expected, closed_reply)).is_closed());
        }
    });
}

static void send(const std::string &account, const std::string &suffix, int rounds) {
    Client first(account);
    const Client client(std::move(first));
    in_threads(8, [&](int number) {
        for (int round = 0; round < rounds; ++round) {
            const std::string order = "T" + std::to_string(number) + "x" + std::to_string(round) + suffix;
            CHECK(client.send("{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"" + order + "\"}}").is_closed());
        }
    });
}

int main(int argc, char **argv) {
    if (!CHECK(argc == 4)) {
        return summary();
    }
    const int rounds = std::atoi(argv[3]);
    std::ifstream stream((std::string(argv[1]) + "/wechat.json").c_str(), std::ios::binary);
    sign_and_verify(rounds);
    send(std::string((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>()), argv[2], rounds / 10 + 1);
    return summary();
}
