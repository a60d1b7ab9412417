package io.github.chexiao;

import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Notifications in servlets and in Spring MVC, where these have the package {@code javax.servlet} (up to Tomcat 9, Jetty 10, Spring 5). */
public final class JavaxServlet {
    private JavaxServlet() {}

    /**
     * What was posted. Reads the body, which nothing may have read before: not its parameters either.
     *
     * @param request the request, as the container gave it
     * @return the notification
     * @throws IOException if the container gives no body to read; where the connection breaks, what came is the body
     * @throws CallException if some of the body was read before, naming the remedy
     */
    public static Incoming incoming(HttpServletRequest request) throws IOException {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name, Collections.list(request.getHeaders(name)));
        }
        return Received.incoming(headers, request::getInputStream, request::getParameterMap, request.getQueryString())
                .url(request.getRequestURL().toString());
    }

    /**
     * Writes an answer as it is.
     *
     * @param answer what to answer
     * @param response to which nothing was written yet
     * @throws IOException if the connection breaks
     */
    public static void write(Answer answer, HttpServletResponse response) throws IOException {
        byte[] body = answer.body();
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
