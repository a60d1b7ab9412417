// chexiao.hpp with exceptions: values, errors, and who owns what. No network.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

#include <type_traits>
#include <vector>

using chexiao::Client;
using chexiao::Error;
using chexiao::Next;
using chexiao::Notice;
using chexiao::Outcome;
using chexiao::Status;

static_assert(!std::is_copy_constructible<Client>::value && !std::is_copy_assignable<Client>::value, "one owner");
static_assert(std::is_nothrow_move_constructible<Client>::value && std::is_nothrow_move_assignable<Client>::value, "for containers");
static_assert(!std::is_default_constructible<Outcome>::value, "no outcome without a call");
static_assert(!std::is_convertible<Outcome, Notice>::value && !std::is_convertible<Notice, Outcome>::value, "what was heard is no outcome");
static_assert(!std::is_convertible<std::string, Client>::value, "text is no client by accident");
static_assert(std::is_base_of<std::runtime_error, Error>::value && std::is_nothrow_copy_constructible<Error>::value, "as exceptions are");

static const std::string nul("{\"a\":\"\0\"}", 9);
static const std::string not_utf8("{\"a\":\"\xff\"}");

static bool is_document(const Error &error) {
    return error.json() == error.what() && holds(error.json(), std::string("\"error\":\"") + error.name() + "\"");
}

template <typename Body> static Status error_of(Body body) {
    try {
        body();
        return Status::ok;
    } catch (const Error &error) {
        CHECK(is_document(error));
        return error.status();
    }
}

static void outcomes(const Client &client) {
    const std::string request = client.sign(call);
    CHECK(holds(request, "\"url\":\"https://wx.example/pay/closeorder\""));

    Outcome outcome = client.verify(exchange(call, request, closed_reply));
    CHECK(outcome.code() == Status::closed && outcome.is_closed() && !outcome.is_error());
    CHECK(outcome.next() == Next::confirm && holds(outcome.json(), "\"next\":\"confirm\""));
    CHECK(std::string(outcome.name()) == "closed" && holds(outcome.json(), "\"outcome\":\"closed\",\"code\":1"));

    const Outcome copy = outcome;
    const Outcome moved = std::move(outcome);
    CHECK(outcome.is_closed() && outcome.json() == moved.json() && copy.json() == moved.json());

    outcome = client.verify(exchange(call, request, unsigned_reply));
    CHECK(outcome.code() == Status::unknown && !outcome.is_closed() && copy.is_closed());
    CHECK(outcome.next() == Next::query && client.verify(not_utf8).next() == Next::query && client.verify("").next() == Next::query);
}

static void errors(const Client &client) {
    CHECK(error_of([] { Client(""); }) == Status::error_config);
    CHECK(error_of([] { Client("{\"gateway\":\"none\"}"); }) == Status::error_config);
    CHECK(error_of([] { Client(std::string(1, '\0')); }) == Status::error_utf8);
    CHECK(error_of([] { Client refused(nul); }) == Status::error_utf8);
    CHECK(error_of([] { Client refused(not_utf8); }) == Status::error_utf8);
    CHECK(error_of([&] { (void)client.sign("{}"); }) == Status::error_call);
    CHECK(error_of([&] { (void)client.sign(nul); }) == Status::error_utf8);
    CHECK(error_of([&] { (void)client.send(not_utf8); }) == Status::error_utf8);
    CHECK(error_of([&] { (void)client.send("{\"operation\":\"close\",\"order\":{}}"); }) == Status::error_call);
    try {
        Client config_without_account("{}");
        CHECK(false);
    } catch (const std::exception &error) {
        CHECK(holds(error.what(), "\"status\":-11"));
    }
}

// The request of an exchange is out: no text makes verify throw.
static void verify_never_throws(const Client &client) {
    for (const std::string &text : {std::string(), std::string("{"), nul, not_utf8, std::string(65536, '[')}) {
        const Outcome outcome = client.verify(text);
        CHECK(outcome.code() == Status::unknown && outcome.next() == Next::query && !outcome.is_error());
        CHECK(holds(outcome.json(), "\"reason\":\"input\""));
    }
}

// Headers as they came, in whatever charset.
static void headers_of_any_bytes(const Client &client) {
    const std::string request = client.sign(call);
    for (const std::string &header : {std::string("caf\xe9"), std::string("\xb3\xb7"), std::string("a\0b", 3), std::string("\xed\xa0\x80")}) {
        for (const std::string &headers : {"{\"X\":\"" + header + "\"}", "{\"" + header + "\":\"x\"}"}) {
            const Outcome outcome = client.verify(exchange(call, request, closed_reply.substr(0, 14) + "\"headers\":" + headers + "," + closed_reply.substr(14)));
            CHECK(outcome.code() == Status::unknown && outcome.next() == Next::query && holds(outcome.json(), "\"reason\":\"input\""));
        }
    }
}

static void check_empty(const Client &client) {
    CHECK(!client);
    CHECK(error_of([&] { (void)client.sign(call); }) == Status::error_handle);
    CHECK(error_of([&] { (void)client.send(call); }) == Status::error_handle);
    const Outcome outcome = client.verify("{}");
    CHECK(outcome.code() == Status::unknown && holds(outcome.json(), "\"error\":\"handle\""));
}

static void moves() {
    Client first(config);
    Client second(std::move(first));
    CHECK(second && !second.sign(call).empty());
    check_empty(first);

    first = std::move(second);
    CHECK(first && !first.sign(call).empty());
    check_empty(second);

    Client &same = first;
    first = std::move(same);
    CHECK(first && !first.sign(call).empty());
    Client &empty = second;
    second = std::move(empty);
    check_empty(second);

    std::swap(first, second);
    CHECK(second && !first);
    second = Client(config);
    CHECK(second && !second.sign(call).empty());
}

static void owners() {
    Client client(config);
    for (int round = 0; round < 5000; ++round) {
        client = Client(config);
    }
    std::vector<Client> many;
    while (many.size() < 5000) {
        many.emplace_back(config);
    }
    CHECK(!many.front().sign(call).empty() && !many.back().sign(call).empty());
    many.erase(many.begin(), many.begin() + 4900);
    CHECK(!many.front().sign(call).empty());
    many.emplace_back(config);
    CHECK(many.back() && client);
}

static void words() {
    const std::string numbers =
        std::to_string(CHEXIAO_VERSION_MAJOR) + "." + std::to_string(CHEXIAO_VERSION_MINOR) + "." + std::to_string(CHEXIAO_VERSION_PATCH);
    CHECK(chexiao::version() == numbers);
    CHECK(std::string(chexiao::name(Status::already_closed)) == "already_closed");
    CHECK(std::string(chexiao::name(Status::error_tls)) == "tls");
    CHECK(std::string(chexiao::name(static_cast<Status>(77))) == "invalid");
    CHECK(holds(chexiao::gateways(), "\"gateway\":\"wechat\""));
}

// Signed with Python's hashlib; the same with another amount.
static void notices() {
    const std::string account = "\"account\":{\"app_id\":\"a\",\"app_key\":\"k\",\"mid\":\"898201612345678\"";
    const std::string body = "bWlkPTg5ODIwMTYxMjM0NTY3OCZtZXJPcmRlcklkPUMxJnN0YXR1cz1UUkFERV9TVUNDRVNTJnRvdGFsQW1vdW50PTIwJm5vdGlmeUlkPU4xJnNpZ25UeXBlPVNIQTI1NiZzaWduPUU1QTYyQUE5Q0E0OTFFOTc3RkY0RTJDOEM1OUI1NDE3MEYwMzU3QzlFODg2QzY0MTVFRTA4MzYyQTRDN0IwMkM=";
    const std::string changed = "bWlkPTg5ODIwMTYxMjM0NTY3OCZtZXJPcmRlcklkPUMxJnN0YXR1cz1UUkFERV9TVUNDRVNTJnRvdGFsQW1vdW50PTIxJm5vdGlmeUlkPU4xJnNpZ25UeXBlPVNIQTI1NiZzaWduPUU1QTYyQUE5Q0E0OTFFOTc3RkY0RTJDOEM1OUI1NDE3MEYwMzU3QzlFODg2QzY0MTVFRTA4MzYyQTRDN0IwMkM=";
    const Client client("{\"gateway\":\"chinaums\",\"environment\":\"test\"," + account + ",\"notify_key\":\"communication key\"}}");
    const Notice paid = client.notification("{\"body_base64\":\"" + body + "\"}");
    CHECK(paid.event() == Status::paid && !paid.is_error() && paid.name() == std::string("paid"));
    CHECK(holds(paid.json(), "\"evidence\":\"signed_bound\"") && holds(paid.json(), "\"acknowledge\":{\"status\":200"));
    const Notice forged = client.notification("{\"body_base64\":\"" + changed + "\"}");
    CHECK(forged.event() == Status::unknown && holds(forged.json(), "\"acknowledge\":null"));
    for (const std::string &message : {std::string(), std::string("{}"), std::string("{\"a\":\"\0\"}", 9), std::string("\xff")}) {
        const Notice unread = client.notification(message);
        CHECK(unread.event() == Status::unknown && holds(unread.json(), "\"reason\":\"input\"") && holds(unread.json(), "\"refuse\":{\"status\":200"));
    }
    const Notice copy = paid;
    CHECK(copy.event() == Status::paid && copy.json() == paid.json());
    const Client without_key("{\"gateway\":\"chinaums\",\"environment\":\"test\"," + account + "}}");
    CHECK(error_of([&] { (void)without_key.notification("{\"body_base64\":\"" + body + "\"}"); }) == Status::error_config);
    Client moved(config);
    const Client taken(std::move(moved));
    CHECK(error_of([&] { (void)moved.notification("{}"); }) == Status::error_handle && taken.notification("{}").event() == Status::unknown);
}

int main() {
    const Client client(config);
    CHECK(client);
    outcomes(client);
    errors(client);
    verify_never_throws(client);
    headers_of_any_bytes(client);
    notices();
    moves();
    owners();
    words();
    return summary();
}
