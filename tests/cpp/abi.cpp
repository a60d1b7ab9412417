// A library of another ABI version: this one, as far as chexiao.hpp can see. With and without exceptions.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

extern "C" uint32_t chexiao_abi_version(void) { return CHEXIAO_ABI_VERSION + 1; }

int main() {
#ifdef CHEXIAO_NO_EXCEPTIONS
    const chexiao::Client client(config);
    CHECK(!client && client.opened().code() == chexiao::Status::error_unsupported);
    CHECK(holds(client.opened().json(), "\"status\":-12"));
#else
    try {
        chexiao::Client client(config);
        CHECK(false);
    } catch (const chexiao::Error &error) {
        CHECK(error.status() == chexiao::Status::error_unsupported && holds(error.json(), "\"status\":-12"));
    }
#endif
    return summary();
}
