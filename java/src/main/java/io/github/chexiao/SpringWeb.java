package io.github.chexiao;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpEntity;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;

/**
 * Notifications in Spring's own types, of Spring 5 to 7.
 *
 * <p>In Spring MVC, {@link JakartaServlet#incoming} with the {@code HttpServletRequest} is the better way in: what Spring MVC gives as the body of a
 * form is not what was received but rebuilt from its parameters, in UTF-8. A form in GBK (ICBC, {@code charset} GBK) does not survive that: the
 * container answers 400, or the notification is unknown. Forms in UTF-8, XML and JSON are right either way, as is everything in WebFlux.
 */
public final class SpringWeb {
    private SpringWeb() {}

    /**
     * What was posted.
     *
     * @param entity as a handler gets it: {@code HttpEntity<byte[]>} or {@code RequestEntity<byte[]>}
     * @return the notification
     */
    public static Incoming incoming(HttpEntity<byte[]> entity) {
        return incoming(entity.getHeaders(), entity.getBody());
    }

    /**
     * What was posted.
     *
     * @param headers as a handler gets them
     * @param body {@code @RequestBody(required = false) byte[]}
     * @return the notification
     */
    public static Incoming incoming(HttpHeaders headers, byte[] body) {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        // HttpHeaders is a Map up to Spring 6 and none in 7; both have forEach.
        headers.forEach(copy::put);
        return Incoming.of(copy, body);
    }

    /**
     * An answer for a handler to return.
     *
     * @param answer what to answer
     * @return the same
     */
    public static ResponseEntity<byte[]> response(Answer answer) {
        ResponseEntity.BodyBuilder response = ResponseEntity.status(answer.status());
        answer.headers().forEach(response::header);
        return response.body(answer.body());
    }
}
