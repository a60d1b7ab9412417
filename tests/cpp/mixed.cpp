// One program, one part with exceptions (this) and one without (mixed_without.cpp): each has its own Client and Outcome.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

bool closes_without_exceptions();

int main() {
    const chexiao::Client client(config);
    CHECK(client.verify(exchange(call, client.sign(call), closed_reply)).is_closed());
    CHECK(closes_without_exceptions());
    try {
        chexiao::Client refused("{}");
        CHECK(false);
    } catch (const chexiao::Error &error) {
        CHECK(error.status() == chexiao::Status::error_config);
    }
    return summary();
}
