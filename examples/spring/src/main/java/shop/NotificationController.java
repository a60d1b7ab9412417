package shop;

import io.github.chexiao.Answer;
import io.github.chexiao.JakartaServlet;
import io.github.chexiao.Notice;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the gateways post: the notify URL of each is this server's {@code /notify/GATEWAY}. */
@RestController
class NotificationController {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationController.class);

    private final Accounts accounts;
    private final Orders orders;

    NotificationController(Accounts accounts, Orders orders) {
        this.accounts = accounts;
        this.orders = orders;
    }

    /** The request itself, not {@code @RequestBody}: Spring rebuilds the body of a form. */
    @PostMapping("/notify/{gateway}")
    void hear(@PathVariable String gateway, HttpServletRequest request, HttpServletResponse response) throws IOException {
        Notice notice = accounts.at(gateway).notification(JakartaServlet.incoming(request));
        JakartaServlet.write(answer(gateway, notice), response);
    }

    /** Acknowledged only when it is stored: what is refused is told again. */
    private Answer answer(String gateway, Notice notice) {
        try {
            Todo todo = orders.notice(gateway, notice);
            LOG.info("{} {}: {}", gateway, notice, todo);
            return todo == Todo.REFUSE ? notice.refuse() : notice.acknowledge().orElseThrow();
        } catch (RuntimeException notStored) {
            LOG.error("{} {} is not stored", gateway, notice, notStored);
            return notice.refuse();
        }
    }
}
