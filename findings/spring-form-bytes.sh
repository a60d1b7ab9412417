#!/usr/bin/env bash
# Belief: what Spring MVC hands over as bytes (@RequestBody byte[], HttpEntity<byte[]>) is what was posted; of a form it is
#   written anew in UTF-8, so that a form in UTF-8 has at least the same values in the same order.
# Seen: it is made from getParameterMap: escapes differ, equal names move together, and without a filter that sets the
#   encoding Tomcat reads UTF-8 as Latin-1, which is then encoded again: a genuine notification with a Chinese name is none.
# Versions: spring-web 7.0.8, Tomcat 11.0.22, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars org.springframework:spring-webmvc:7.0.8 org.apache.tomcat.embed:tomcat-embed-core:11.0.22)
cat >Form.java <<'JAVA'
import jakarta.servlet.http.*;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.apache.catalina.startup.Tomcat;
import org.springframework.http.server.ServletServerHttpRequest;

class Form {
    public static void main(String[] none) throws Exception {
        Tomcat tomcat = new Tomcat();
        tomcat.setBaseDir("tomcat");
        tomcat.setHostname("127.0.0.1");
        tomcat.setPort(0);
        var context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "echo", new HttpServlet() {
            @Override
            protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
                if (request.getRequestURI().equals("/utf-8")) request.setCharacterEncoding("UTF-8");
                new ServletServerHttpRequest(request).getBody().transferTo(response.getOutputStream());
            }
        });
        context.addServletMappingDecoded("/*", "echo");
        tomcat.getConnector();
        tomcat.start();
        for (String path : new String[] {"", "utf-8"}) {
            HttpRequest post = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + tomcat.getConnector().getLocalPort() + "/" + path))
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString("a=1&b=%e4%b8%ad&c=x%20y&a=2")).build();
            System.out.println(HttpClient.newHttpClient().send(post, BodyHandlers.ofString()).body());
        }
        System.exit(0);
    }
}
JAVA
seen=$(java -cp "$path" Form.java 2>/dev/null)
[ "$seen" = $'a=1&a=2&b=%C3%A4%C2%B8%C2%AD&c=x+y\na=1&a=2&b=%E4%B8%AD&c=x+y' ] || { echo "$seen"; exit 1; }
echo "the bytes of a form that Spring MVC hands over are made anew, and without an encoding set they say something else"
