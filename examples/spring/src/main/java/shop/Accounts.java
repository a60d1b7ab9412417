package shop;

import io.github.chexiao.Client;
import io.github.chexiao.Incoming;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/** One client for each account, for all threads and the life of the program; an account at each gateway here. */
class Accounts implements AutoCloseable {
    private final Map<String, Client> clients = new HashMap<>();

    Accounts(List<Path> files) {
        for (Path file : files) {
            Client client = Client.open(file);
            client.notification(Incoming.of(Map.of(), new byte[0])); // a setting that is missing is named now
            if (clients.put(client.gateway(), client) != null) {
                throw new IllegalStateException("two accounts of " + client.gateway() + ", whose orders are stored by its name");
            }
        }
    }

    Client at(String gateway) {
        Client client = clients.get(gateway);
        if (client == null) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        return client;
    }

    @Override
    public void close() {
        clients.values().forEach(Client::close);
    }
}
