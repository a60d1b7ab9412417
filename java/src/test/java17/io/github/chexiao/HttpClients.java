package io.github.chexiao;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** The HTTP clients that Java programs have, each as its users call it: every header of the request, its bytes, and what it gives as headers to {@link HttpReply}. */
enum HttpClients {
    HTTP_URL_CONNECTION("HttpURLConnection", "2 2 1 2", () -> request -> url(request, false), () -> request -> url(request, true)),
    HUTOOL("Hutool", "2 2 1 1", () -> request -> hutool(request, false), () -> request -> hutool(request, true)),
    OKHTTP("OkHttp 4.12", "1 2 1 2", () -> okhttp(client -> client), () -> okhttp(client -> client.retryOnConnectionFailure(false).followRedirects(false))),
    OKHTTP_TWO_ADDRESSES("OkHttp 4.12", "2 3 1 2", () -> okhttp(HttpClients::twoAddresses), () -> okhttp(client -> twoAddresses(client.retryOnConnectionFailure(false).followRedirects(false)))),
    APACHE_4("Apache HttpClient 4", "1 1 1 1", () -> apache4(org.apache.http.impl.client.HttpClientBuilder.create()),
            () -> apache4(org.apache.http.impl.client.HttpClientBuilder.create().disableAutomaticRetries().disableRedirectHandling())),
    APACHE_5("Apache HttpClient 5", "1 1 2 2", () -> apache5(HttpClientBuilder.create()), () -> apache5(HttpClientBuilder.create().disableAutomaticRetries().disableRedirectHandling())),
    JAVA_NET_HTTP("java.net.http", "1 1 1 1", HttpClients::javaNetHttp, HttpClients::javaNetHttp);

    /** One client with its connections. */
    interface Session {
        HttpReply post(HttpRequest request) throws Exception;
    }

    /** How a row of docs/own-http.md begins. */
    final String title;
    /** {@link Counted} without the switch. */
    final String plainly;
    private final Supplier<Session> plain;
    private final Supplier<Session> once;

    HttpClients(String title, String plainly, Supplier<Session> plain, Supplier<Session> once) {
        this.title = title;
        this.plainly = plainly;
        this.plain = plain;
        this.once = once;
    }

    /** As it comes. */
    Session plain() {
        return plain.get();
    }

    /** With the switch of docs/own-http.md. */
    Session once() {
        return once.get();
    }

    private static HttpReply url(HttpRequest request, boolean once) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(request.url()).openConnection();
        connection.setRequestMethod(request.method());
        request.headers().forEach(connection::setRequestProperty);
        connection.setDoOutput(true);
        if (once) {
            connection.setInstanceFollowRedirects(false);
            connection.setFixedLengthStreamingMode(request.body().length);
        }
        try (OutputStream out = connection.getOutputStream()) {
            out.write(request.body());
        }
        int status = connection.getResponseCode();
        try (InputStream in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
            return HttpReply.of(status, connection.getHeaderFields(), in == null ? null : in.readAllBytes());
        }
    }

    static HttpReply hutool(HttpRequest request, boolean once) {
        cn.hutool.http.HttpRequest post = cn.hutool.http.HttpRequest.post(request.url()).headerMap(request.headers(), true).body(request.body());
        try (cn.hutool.http.HttpResponse response = (once ? post.setFixedContentLength(request.body().length) : post).execute()) {
            return HttpReply.of(response.getStatus(), response.headers(), response.bodyBytes());
        }
    }

    @SuppressWarnings("deprecation") // Version 3.12 has no other create.
    private static Session okhttp(java.util.function.UnaryOperator<okhttp3.OkHttpClient.Builder> with) {
        okhttp3.OkHttpClient client = with.apply(new okhttp3.OkHttpClient.Builder()).build();
        return request -> {
            String host = client.dns() == okhttp3.Dns.SYSTEM ? "127.0.0.1" : "localhost";
            okhttp3.Request post = new okhttp3.Request.Builder()
                    .url(request.url().replace("127.0.0.1", host))
                    .headers(okhttp3.Headers.of(request.headers()))
                    .post(okhttp3.RequestBody.create(null, request.body()))
                    .build();
            try (okhttp3.Response response = client.newCall(post).execute()) {
                return HttpReply.of(response.code(), response.headers().toMultimap(), response.body().bytes());
            }
        };
    }

    private static okhttp3.OkHttpClient.Builder twoAddresses(okhttp3.OkHttpClient.Builder client) {
        return client.dns(name -> Arrays.asList(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("127.0.0.2")));
    }

    private static Session apache4(org.apache.http.impl.client.HttpClientBuilder with) {
        org.apache.http.impl.client.CloseableHttpClient client = with.build();
        return request -> {
            org.apache.http.client.methods.HttpPost post = new org.apache.http.client.methods.HttpPost(request.url());
            request.headers().forEach(post::setHeader);
            post.setEntity(new org.apache.http.entity.ByteArrayEntity(request.body()));
            try (org.apache.http.client.methods.CloseableHttpResponse response = client.execute(post)) {
                Map<String, List<String>> headers = new LinkedHashMap<>();
                for (org.apache.http.Header header : response.getAllHeaders()) {
                    headers.computeIfAbsent(header.getName(), name -> new ArrayList<>()).add(header.getValue());
                }
                byte[] body = org.apache.http.util.EntityUtils.toByteArray(response.getEntity());
                return HttpReply.of(response.getStatusLine().getStatusCode(), headers, body);
            }
        };
    }

    private static Session apache5(HttpClientBuilder with) {
        org.apache.hc.client5.http.impl.classic.CloseableHttpClient client = with.build();
        return request -> {
            org.apache.hc.client5.http.classic.methods.HttpPost post = new org.apache.hc.client5.http.classic.methods.HttpPost(request.url());
            request.headers().forEach(post::setHeader);
            post.setEntity(new org.apache.hc.core5.http.io.entity.ByteArrayEntity(request.body(), null));
            return client.execute(post, response -> {
                Map<String, List<String>> headers = new LinkedHashMap<>();
                for (org.apache.hc.core5.http.Header header : response.getHeaders()) {
                    headers.computeIfAbsent(header.getName(), name -> new ArrayList<>()).add(header.getValue());
                }
                byte[] body = org.apache.hc.core5.http.io.entity.EntityUtils.toByteArray(response.getEntity());
                return HttpReply.of(response.getCode(), headers, body);
            });
        };
    }

    private static Session javaNetHttp() {
        java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();
        return request -> {
            java.net.http.HttpRequest.Builder post = java.net.http.HttpRequest.newBuilder(URI.create(request.url()))
                    .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(request.body()));
            request.headers().forEach(post::setHeader);
            java.net.http.HttpResponse<byte[]> response = client.send(post.build(), BodyHandlers.ofByteArray());
            return HttpReply.of(response.statusCode(), response.headers().map(), response.body());
        };
    }
}
