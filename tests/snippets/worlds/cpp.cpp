#include <chexiao.hpp>
#include <iostream>

static void release_stock() { std::cout << "release_stock\n"; }
static void fulfil_or_refund() { std::cout << "fulfil_or_refund\n"; }
static void query_later(const std::string &order) { std::cout << "query_later " << order << "\n"; }
inline void alert_someone(const std::string &json) { std::cout << "nothing was sent: " << json << "\n"; }

int main(int, char **arguments)
{
    const std::string config = arguments[1], call = arguments[2], order = arguments[3];
    SNIPPET
}
