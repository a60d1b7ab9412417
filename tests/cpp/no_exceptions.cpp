// chexiao.hpp without exceptions, by -fno-exceptions or by CHEXIAO_NO_EXCEPTIONS: results carry the error. No network.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

#include <type_traits>
#include <vector>

using chexiao::Client;
using chexiao::Outcome;
using chexiao::Status;

static_assert(!std::is_copy_constructible<Client>::value && std::is_nothrow_move_constructible<Client>::value, "one owner");
static_assert(std::is_same<decltype(std::declval<Client>().sign("")), Outcome>::value, "an error has a place to go");

static const std::string nul("{\"a\":\"\0\"}", 9);

static void check_error(const Outcome &outcome, Status status) {
    CHECK(outcome.is_error() && !outcome.is_closed() && outcome.code() == status);
    CHECK(holds(outcome.json(), std::string("\"error\":\"") + outcome.name() + "\""));
}

static void outcomes(const Client &client) {
    const Outcome request = client.sign(call);
    CHECK(request.code() == Status::ok && !request.is_error() && !request.is_closed());
    CHECK(holds(request.json(), "\"url\":\"https://wx.example/pay/closeorder\""));
    const Outcome outcome = client.verify(exchange(call, request.json(), closed_reply));
    CHECK(outcome.code() == Status::closed && outcome.is_closed() && holds(outcome.json(), "\"code\":1"));
    CHECK(client.verify(exchange(call, request.json(), unsigned_reply)).code() == Status::unknown);
}

static void errors(const Client &client) {
    const Client refused("{\"gateway\":\"none\"}");
    CHECK(!refused);
    check_error(refused.opened(), Status::error_config);
    check_error(refused.sign(call), Status::error_handle);
    check_error(Client(nul).opened(), Status::error_utf8);
    check_error(client.sign("{}"), Status::error_call);
    check_error(client.send(nul), Status::error_utf8);
    check_error(client.send("{\"operation\":\"close\",\"order\":{}}"), Status::error_call);
    CHECK(client.verify(nul).code() == Status::unknown && client.verify("").code() == Status::unknown);
}

static void notices(const Client &client) {
    const chexiao::Notice unread = client.notification("{}");
    CHECK(unread.event() == Status::unknown && !unread.is_error() && holds(unread.json(), "\"acknowledge\":null"));
    CHECK(client.notification(nul).event() == Status::unknown);
    const Client without("{\"gateway\":\"chinaums\",\"environment\":\"test\",\"account\":{\"app_id\":\"a\",\"app_key\":\"k\",\"mid\":\"898201612345678\"}}");
    const chexiao::Notice lacking = without.notification("{}");
    CHECK(lacking.is_error() && lacking.event() == Status::error_config && lacking.name() == std::string("config"));
    CHECK(Client("{}").notification("{}").event() == Status::error_handle);
}

static void moves() {
    Client first(config);
    Client second(std::move(first));
    CHECK(second && !first && second.opened().code() == Status::ok);
    check_error(first.sign(call), Status::error_handle);
    check_error(first.send(call), Status::error_handle);
    CHECK(first.verify("{}").code() == Status::unknown);

    first = std::move(second);
    Client &same = first;
    first = std::move(same);
    CHECK(first && !second && !first.sign(call).is_error());
    first = Client("{}");
    CHECK(!first);
    check_error(first.opened(), Status::error_config);

    std::vector<Client> many;
    for (int round = 0; round < 5000; ++round) {
        first = Client(config);
        many.clear();
        many.emplace_back(config);
    }
    CHECK(first && many.back());
}

int main() {
    const Client client(config);
    CHECK(client && client.opened().code() == Status::ok && client.opened().json() == "{}");
    outcomes(client);
    errors(client);
    notices(client);
    moves();
    CHECK(holds(chexiao::gateways(), "\"gateway\":\"wechat\""));
    return summary();
}
