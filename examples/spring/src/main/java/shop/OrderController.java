package shop;

import io.github.chexiao.Client;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** For the shop's own people and programs; not to be reached from outside. */
@RestController
class OrderController {
    private final Accounts accounts;
    private final Orders orders;

    OrderController(Accounts accounts, Orders orders) {
        this.accounts = accounts;
        this.orders = orders;
    }

    /** Closes an order, given its fields under the gateway's names, and says what is to be done. */
    @PostMapping("/orders/{gateway}/close")
    Todo close(@PathVariable String gateway, @RequestBody Map<String, String> order) {
        Client client = accounts.at(gateway);
        orders.begin(gateway, order);
        return orders.outcome(gateway, order, client.closeOrder(order));
    }

    /** What is known of an order. */
    @GetMapping("/orders/{gateway}")
    Known known(@PathVariable String gateway, @RequestParam String number) {
        return orders.known(gateway, number)
                .map(order -> new Known(order.word(), order.todo()))
                .orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }

    record Known(Word word, Todo todo) {}
}
