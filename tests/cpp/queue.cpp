// chexiao::Queue, with exceptions and without: nobody listens where the calls go, so that each ends with the error connect, by itself or not.
#include <chexiao.hpp>

#include "check.hpp"

#include <type_traits>

using chexiao::Client;
using chexiao::Finished;
using chexiao::Outcome;
using chexiao::Queue;
using chexiao::Status;

static_assert(!std::is_copy_constructible<Queue>::value && !std::is_move_constructible<Queue>::value, "threads may wait in it");

static const char nobody[] = "{\"gateway\":\"wechat\",\"base_url\":\"http://127.0.0.1:9\",\"account\":{\"appid\":\"wx8888888888888888\","
                             "\"mch_id\":\"1900000109\",\"api_key\":\"TEST0ONLY0TEST0ONLY0TEST0ONLY0AB\"}}";
static const std::string order = "{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"A}\\\\\\\"{1\"}}";
static const std::string good = "{\"operation\":\"close\",\"order\":{\"out_trade_no\":\"A1\"}}";

#ifdef CHEXIAO_NO_EXCEPTIONS
static Status submit(Queue &queue, const Client &client, uint64_t tag, const std::string &text) { return queue.submit(client, tag, text).code(); }
static Status outcome(const Finished &finished) { return finished.outcome().code(); }
#else
template <typename Body> static Status error_of(Body body) {
    try {
        body();
        return Status::ok;
    } catch (const chexiao::Error &error) {
        CHECK(holds(error.json(), std::string("\"error\":\"") + error.name() + "\""));
        return error.status();
    }
}

static Status submit(Queue &queue, const Client &client, uint64_t tag, const std::string &text) {
    return error_of([&] { queue.submit(client, tag, text); });
}
static Status outcome(const Finished &finished) {
    return error_of([&] { (void)finished.outcome(); });
}
#endif

int main() {
    const Client client((std::string(nobody)));
    Queue queue(4);
    CHECK(queue.opened().code() == Status::ok && queue.fd() > 2 && queue.fd() == queue.fd());
    CHECK(!queue.take(0) && queue.take(10).status() == Status::ok);
    CHECK(submit(queue, client, UINT64_MAX, good) == Status::ok && submit(queue, client, 2, "nonsense") == Status::ok);
    CHECK(submit(queue, client, 3, "\xff") == Status::error_utf8);
    for (int count = 0; count < 2; ++count) {
        const Finished finished = queue.take(20000);
        CHECK(finished && (finished.tag == UINT64_MAX || finished.tag == 2));
        CHECK(finished.status() == (finished.tag == 2 ? Status::error_call : Status::error_connect) && outcome(finished) == finished.status());
        CHECK(holds(finished.json(), "\"error\":"));
    }
    for (uint64_t tag = 10; tag < 14; ++tag) CHECK(submit(queue, client, tag, tag == 12 ? order : tag == 13 ? "[\"}{" : "nonsense") == Status::ok);
    CHECK(submit(queue, client, 14, good) == Status::error_not_sent);
    const std::vector<Finished> left = queue.end();
    CHECK(left.size() == 4);
    unsigned tags = 0;
    for (const Finished &finished : left) {
        CHECK(finished && finished.status() == Status::error_call && holds(finished.json(), "\"status\":-10,"));
        CHECK(finished.json().front() == '{' && finished.json().back() == '}');
        tags |= 1u << (finished.tag - 10);
    }
    CHECK(tags == 15 && queue.end().empty() && queue.fd() == -1 && submit(queue, client, 1, good) == Status::error_handle);
#ifdef CHEXIAO_NO_EXCEPTIONS
    CHECK(!queue.take(0) && queue.take(0).status() == Status::error_handle);
    CHECK(Queue(0).opened().code() == Status::error_config);
#else
    CHECK(error_of([&] { (void)queue.take(0); }) == Status::error_handle);
    CHECK(error_of([] { Queue none(0); }) == Status::error_config);
#endif
    Queue forgotten(2);
    CHECK(submit(forgotten, client, 1, good) == Status::ok);
    return summary();
}
