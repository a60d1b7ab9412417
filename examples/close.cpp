// Closes one order and acts on the outcome.
//
//     close wechat.json '{"out_trade_no":"1217752501201407033233368018"}'
//
// Prints the result as JSON. Exit code: 0 nothing is left to do, 10 + the outcome's number otherwise, 2 if nothing was sent.
#include <chexiao.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

static int act_on(const chexiao::Outcome &outcome) {
    using chexiao::Next;
    switch (outcome.next()) {
    case Next::done:
        std::cerr << "closed: release the goods\n";
        return 0;
    case Next::fulfil_or_refund:
        std::cerr << "paid: deliver or refund\n";
        break;
    case Next::confirm:
        std::cerr << outcome.name() << ", says the reply: query before relying on it\n";
        break;
    case Next::reconcile:
        std::cerr << "refunded: compare with the books\n";
        break;
    case Next::retry_later:
        std::cerr << "too many requests: wait, then close again\n";
        break;
    case Next::check_order:
    case Next::fix:
        std::cerr << "not closed (" << outcome.name() << "): somebody has to look\n";
        break;
    default: // query, and what only a query can say
        std::cerr << "the close may have happened: query before anything else\n";
    }
    return 10 + static_cast<int>(outcome.code());
}

int main(int argc, char **argv) {
    const int not_sent = 2;
    if (argc != 3) {
        std::cerr << "usage: " << argv[0] << " CONFIG-FILE ORDER-JSON\n";
        return not_sent;
    }
    std::ifstream file(argv[1], std::ios::binary);
    const std::string config((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    try {
        const chexiao::Client client(config);
        const chexiao::Outcome outcome = client.send(std::string("{\"operation\":\"close\",\"order\":") + argv[2] + "}");
        std::cout << outcome.json() << std::endl;
        return act_on(outcome);
    } catch (const chexiao::Error &error) {
        std::cout << error.json() << std::endl;
        std::cerr << "nothing was sent (" << error.name() << "): mend it and close again\n";
        return not_sent;
    }
}
