package shop;

import io.github.chexiao.Client;
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
            clients.put(client.gateway(), client);
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
