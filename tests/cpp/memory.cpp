// No memory for the text of an outcome: its status still arrives. No memory for a request: nothing is lost, nothing was sent.
// Arguments: the folder of the sandbox's configurations, a suffix that makes order numbers new.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <new>
#include <vector>

static bool exhausted = false;
static int fails_in = 0; // 1: the next allocation fails, alone

void *operator new(std::size_t size) {
    const bool fails = exhausted || (fails_in > 0 && --fails_in == 0);
    void *memory = fails ? nullptr : std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

// One of the allocations of a call fails, each in its turn, until a call needs fewer: it closes all the same and says so.
template <typename Call> static void each_allocation_fails(const chexiao::Outcome &before, Call close) {
    int failed = 0;
    for (bool fails = true; fails && failed < 9; failed += fails) {
        chexiao::Outcome outcome = before;
        bool threw = false;
        fails_in = failed + 1;
        try {
            outcome = close(static_cast<std::size_t>(failed));
        } catch (const std::bad_alloc &) {
            threw = true;
        }
        fails = fails_in == 0;
        fails_in = 0;
        CHECK(!threw && outcome.is_closed() && (fails || holds(outcome.json(), "\"outcome\":\"closed\"")));
    }
    CHECK(failed > 0 && failed < 9);
}

static void while_it_sends(const std::string &account, const std::string &suffix) {
    const chexiao::Client client((account));
    const chexiao::Outcome open = client.verify("");
    std::vector<std::string> calls;
    for (int number = 0; number < 9; ++number) {
        calls.push_back("{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"M" + std::to_string(number) + suffix + "\"}}");
    }
    each_allocation_fails(open, [&](std::size_t number) { return client.send(calls[number]); });
}

int main(int argc, char **argv) {
    if (!CHECK(argc == 3)) {
        return summary();
    }
    const chexiao::Client client(config);
    const std::string text = exchange(call, client.sign(call), closed_reply);

    exhausted = true;
    const chexiao::Outcome outcome = client.verify(text);
    bool threw = false;
    try {
        (void)client.sign(call);
    } catch (const std::bad_alloc &) {
        threw = true;
    }
    exhausted = false;

    CHECK(outcome.is_closed() && outcome.json().empty() && std::string(outcome.name()) == "closed");
    CHECK(threw);
    CHECK(client.verify(text).is_closed());

    each_allocation_fails(client.verify(""), [&](std::size_t) { return client.verify(text); });
    std::ifstream stream((std::string(argv[1]) + "/wechat.json").c_str(), std::ios::binary);
    while_it_sends(std::string((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>()), argv[2]);
    return summary();
}
