package io.github.chexiao;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.filter.HiddenHttpMethodFilter;
import shop.Application;

/** The example, with handlers beside it that say what arrived by each way into Spring. */
@RestController
public class Probes {
    private final JdbcTemplate database;

    Probes(JdbcTemplate database) {
        this.database = database;
    }

    public static void main(String[] arguments) {
        SpringApplication.run(new Class<?>[] {Application.class, Probes.class}, arguments);
    }

    @PostMapping({"/probe/request", "/hidden/request"})
    String request(HttpServletRequest request) throws IOException {
        return Posted.probed(() -> JakartaServlet.incoming(request));
    }

    @PostMapping({"/probe/entity", "/hidden/entity"})
    String entity(HttpEntity<byte[]> entity) throws IOException {
        return Posted.probed(() -> SpringWeb.incoming(entity));
    }

    @PostMapping("/probe/body")
    String body(@RequestHeader HttpHeaders headers, @RequestBody(required = false) byte[] body) throws IOException {
        return Posted.probed(() -> SpringWeb.incoming(headers, body));
    }

    @PostMapping("/probe/parameter")
    String parameter(@RequestParam(required = false) String sign, HttpServletRequest request) throws IOException {
        return request(request);
    }

    /** Sends the answer that is posted. */
    @PostMapping("/probe/answer")
    ResponseEntity<byte[]> answer(@RequestBody byte[] answer) {
        return SpringWeb.response(Answer.ofJson(Utf8.text(answer)));
    }

    @PostMapping("/probe/sql")
    void sql(@RequestBody byte[] command) {
        database.execute(Utf8.text(command));
    }

    @Bean
    static FilterRegistrationBean<HiddenHttpMethodFilter> hidden() {
        FilterRegistrationBean<HiddenHttpMethodFilter> filter = new FilterRegistrationBean<>(new HiddenHttpMethodFilter());
        filter.addUrlPatterns("/hidden/*");
        return filter;
    }
}
