// Closes many orders from one thread, each in a coroutine of its own (C++20).
//
//     close_many wechat.json '{"out_trade_no":"A1"}' '{"out_trade_no":"A2"}' …
//
// Prints one line for each order: what became of it, a blank, the order. Exit code: 0 if nothing is left to do for any, 1 otherwise.
#include <chexiao.hpp>

#include <coroutine>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <string>

// As many at once: each has a connection of its own.
static const int AT_ONCE = 64;

struct Shop {
    chexiao::Client client;
    chexiao::Queue queue{AT_ONCE};
    int under_way = 0;
    int unsettled = 0;
};

// co_await gives the outcome, or throws chexiao::Error: nothing was sent.
class Sending {
public:
    Sending(Shop &shop, std::string call) : shop_(shop), call_(std::move(call)) {}

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
        waiting_ = waiting;
        shop_.queue.submit(shop_.client, reinterpret_cast<uint64_t>(this), call_);
    }
    chexiao::Outcome await_resume() { return finished_->outcome(); }

    // One call that has finished goes on.
    static void next(Shop &shop) {
        if (const chexiao::Finished finished = shop.queue.take(60000)) {
            Sending &sending = *reinterpret_cast<Sending *>(finished.tag);
            sending.finished_.emplace(finished);
            sending.waiting_.resume();
        }
    }

private:
    Shop &shop_;
    std::string call_;
    std::coroutine_handle<> waiting_;
    std::optional<chexiao::Finished> finished_;
};

// A coroutine that runs until its first wait, and ends by itself.
struct Detached {
    struct promise_type {
        Detached get_return_object() { return {}; }
        std::suspend_never initial_suspend() { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
};

static Detached close(Shop &shop, std::string order) {
    ++shop.under_way;
    bool settled = false;
    try {
        const chexiao::Outcome outcome = co_await Sending(shop, R"({"operation":"ensure_closed","order":)" + order + "}");
        settled = outcome.next() == chexiao::Next::done;
        std::cout << outcome.name() << ' ' << order << '\n';
    } catch (const chexiao::Error &error) { // nothing was sent
        std::cout << error.name() << ' ' << order << '\n';
    }
    shop.unsettled += !settled;
    --shop.under_way;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        std::cerr << "usage: " << argv[0] << " CONFIG-FILE ORDER-JSON…\n";
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    const std::string config((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    try {
        Shop shop{chexiao::Client(config)};
        for (int at = 2; at < argc; ++at) {
            while (shop.under_way == AT_ONCE) {
                Sending::next(shop);
            }
            close(shop, argv[at]);
        }
        while (shop.under_way > 0) {
            Sending::next(shop);
        }
        return shop.unsettled > 0;
    } catch (const chexiao::Error &error) { // no client
        std::cerr << error.json() << '\n';
        return 2;
    }
}
