package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import javax.servlet.http.HttpServlet;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servlets of the package javax, in the last Tomcat that has them. */
class JavaxServletIT {
    private static final Logger CATALINA = Logger.getLogger("org.apache");
    private static final List<Map<?, ?>> KNOWN = NotificationsIT.vectors("known.json");
    private static final List<Map<?, ?>> FORMS = KNOWN.stream().filter(JavaxServletIT::isForm).collect(Collectors.toList());

    private static Tomcat tomcat;
    private static String url;

    /** The path says who reads the request before us. */
    private static final class Servlet extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            if (request.getServletPath().equals("/answer")) {
                answer(request, response);
                return;
            }
            switch (request.getServletPath()) {
                case "/parameter":
                    request.getParameter("sign");
                    break;
                case "/reader":
                    request.getReader();
                    break;
                case "/stream":
                    request.getInputStream().read();
                    break;
                default:
            }
            response.getOutputStream().write(Posted.probed(() -> JavaxServlet.incoming(request)).getBytes(UTF_8));
        }

        private static void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
            Map<?, ?> vector = KNOWN.get(Integer.parseInt(request.getQueryString()));
            try (Client client = NotificationsIT.client(vector)) {
                Notice notice = client.notification(JavaxServlet.incoming(request));
                JavaxServlet.write(notice.acknowledge().orElse(notice.refuse()), response);
            }
        }
    }

    @BeforeAll
    static void start(@TempDir java.nio.file.Path folder) throws Exception {
        CATALINA.setLevel(Level.SEVERE);
        tomcat = new Tomcat();
        tomcat.setBaseDir(folder.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        tomcat.getConnector().setProperty("address", "127.0.0.1");
        Context context = tomcat.addContext("", folder.toString());
        Tomcat.addServlet(context, "probe", new Servlet());
        for (String path : Arrays.asList("/raw", "/parameter", "/reader", "/stream", "/answer")) {
            context.addServletMappingDecoded(path, "probe");
        }
        tomcat.start();
        url = "http://127.0.0.1:" + tomcat.getConnector().getLocalPort();
    }

    @AfterAll
    static void stop() throws LifecycleException {
        tomcat.stop();
        tomcat.destroy();
    }

    @Test
    void everyBodyArrivesByteForByte() throws IOException {
        for (Map<?, ?> vector : KNOWN) {
            byte[] body = NotificationsIT.body(vector);
            for (String path : Arrays.asList("/raw", "/raw?a=1&sign=2")) {
                Posted posted = Posted.to(url + path, NotificationsIT.contentType(vector), body, vector.hashCode() % 2 == 0);
                assertArrayEquals(body, posted.received(), (String) vector.get("id"));
                assertEquals(NotificationsIT.contentType(vector), ((Map<?, ?>) posted.json().get("headers")).get("content-type"));
                assertEquals(url + "/raw", posted.json().get("url"));
            }
        }
    }

    @Test
    void everyAnswerArrivesByteForByte() throws IOException {
        for (int at = 0; at < KNOWN.size(); at++) {
            Map<?, ?> vector = KNOWN.get(at);
            try (Client client = NotificationsIT.client(vector)) {
                Notice notice = client.notification(Incoming.of(null, NotificationsIT.body(vector)));
                Answer answer = notice.acknowledge().orElse(notice.refuse());
                Posted posted = Posted.to(url + "/answer?" + at, NotificationsIT.contentType(vector), NotificationsIT.body(vector), false);
                assertArrayEquals(answer.body(), posted.body, (String) vector.get("id"));
                assertEquals(answer.status(), posted.status);
                assertEquals(answer.headers().get("Content-Type").replace(" ", ""), posted.contentType.replace(" ", ""));
            }
        }
    }

    @Test
    void aFormThatIsParsedAlreadyIsAMistakeOfTheProgram() throws IOException {
        assertTrue(FORMS.size() >= 30, FORMS.size() + " forms");
        for (Map<?, ?> vector : FORMS) {
            for (String query : Arrays.asList("", "?a=1")) {
                assertGone("0 of ", url + "/parameter" + query, vector, false);
                assertGone("0 bytes are left", url + "/parameter" + query, vector, true);
            }
        }
    }

    @Test
    void whatSomebodyHasReadOfTheBodyIsAMistakeOfTheProgram() throws IOException {
        for (Map<?, ?> vector : KNOWN) {
            assertGone("it was asked for as text", url + "/reader", vector, false);
            assertGone(NotificationsIT.body(vector).length - 1 + " of ", url + "/stream", vector, false);
        }
    }

    @Test
    void aBodyThatIsNoFormSurvivesItsParameters() throws IOException {
        for (Map<?, ?> vector : KNOWN) {
            if (!isForm(vector)) {
                byte[] body = NotificationsIT.body(vector);
                assertArrayEquals(body, Posted.to(url + "/parameter?a=1", NotificationsIT.contentType(vector), body, true).received());
            }
        }
    }

    @Test
    void nothingFromOutsideIsAMistakeOfTheProgram() throws IOException {
        Map<?, ?> vector = KNOWN.get(0);
        try (Client client = NotificationsIT.client(vector)) {
            for (boolean chunked : new boolean[] {true, false}) {
                for (String text : Arrays.asList("", "&", "a", "%", "a=%zz&a=%ff", "\u0000")) {
                    Notice notice = client.notification(posted(text.getBytes(UTF_8), chunked).incoming());
                    assertEquals("unknown none", notice.event().word() + " " + notice.evidence().word(), text);
                }
                assertEquals("too_large", client.notification(posted(new byte[(1 << 20) + 1], chunked).incoming()).reason().get());
                assertEquals("too_large", client.notification(posted(new byte[3 << 20], chunked).incoming()).reason().get());
                byte[] most = new byte[1 << 20];
                Arrays.fill(most, (byte) 'a');
                assertEquals("parse", client.notification(posted(most, chunked).incoming()).reason().get());
            }
        }
    }

    private static Posted posted(byte[] body, boolean chunked) throws IOException {
        return Posted.to(url + "/raw?q", "application/x-www-form-urlencoded", body, chunked);
    }

    private static void assertGone(String what, String url, Map<?, ?> vector, boolean chunked) throws IOException {
        Map<?, ?> error = Posted.to(url, NotificationsIT.contentType(vector), NotificationsIT.body(vector), chunked).json();
        String message = error.get("error") + " " + error.get("field") + " " + error.get("message");
        assertTrue(message.startsWith("call body is no longer whole: " + what), vector.get("id") + ": " + error);
        assertTrue(((String) error.get("hint")).contains("getParameter"), vector.get("id") + ": " + error);
    }

    private static boolean isForm(Map<?, ?> vector) {
        return NotificationsIT.contentType(vector).startsWith("application/x-www-form-urlencoded");
    }
}
