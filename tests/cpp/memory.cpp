// No memory for the text of an outcome: its status still arrives. No memory for a request: nothing is lost, nothing was sent.
#include <chexiao.hpp>

#include "check.hpp"
#include "sample.hpp"

#include <cstdlib>
#include <new>

static bool exhausted = false;

void *operator new(std::size_t size) {
    void *memory = exhausted ? nullptr : std::malloc(size);
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }

int main() {
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
    return summary();
}
