// The part of mixed.cpp that is compiled without exceptions.
#include <chexiao.hpp>

#include "sample.hpp"

bool closes_without_exceptions() {
    const chexiao::Client client(config), refused("{}");
    return client.verify(exchange(call, client.sign(call).json(), closed_reply)).is_closed() && refused.opened().is_error();
}
