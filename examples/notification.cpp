// A CGI program that hears what a gateway posts about its orders: verifies it, keeps it in the store of orders.c, and only then
// acknowledges it.
//
//     cc -c orders.c && c++ notification.cpp orders.o $(pkg-config --cflags --libs chexiao) -lsqlite3 -o notification.cgi
//
// The web server starts it as notification.c says.
#include "orders.h"
#include <chexiao_cgi.hpp>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <string>

static std::string setting(const char *name) {
    const char *value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// What is to be done; "" if nothing is stored: then it may not be acknowledged.
static std::string stored(const std::string &folder, const std::string &gateway, const chexiao::Notice &notice) {
    const std::unique_ptr<orders, void (*)(orders *)> store(
        orders_open((folder + "/orders.db").c_str(), (folder + "/orders.sql").c_str()), orders_close);
    const char *todo = store ? orders_notice(store.get(), gateway.c_str(), notice.json().c_str()) : nullptr;
    return todo == nullptr ? "" : todo;
}

int main() {
    const std::string folder = setting("SHOP_FOLDER"), gateway = setting("SHOP_GATEWAY");
    try {
        std::ifstream file(folder + "/" + gateway + ".json", std::ios::binary);
        const std::string config((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
        const chexiao::Client client(config);
        const chexiao::Notice notice = client.notification(chexiao::cgi::message());
        const std::string todo = stored(folder, gateway, notice);
        const bool heard = !todo.empty() && todo != ORDERS_REFUSE;
        const chexiao_cgi_error error = heard ? chexiao::cgi::acknowledge(notice) : chexiao::cgi::refuse(notice);
        std::cerr << gateway << ": " << notice.name() << ": " << (todo.empty() ? "not stored" : todo) << " (answer: " << error << ")\n";
        return error != CHEXIAO_CGI_OK;
    } catch (const chexiao::Error &error) {
        std::cerr << error.json() << '\n';
        chexiao::cgi::fail();
        return 1;
    }
}
