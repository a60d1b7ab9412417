package io.github.chexiao;

import io.github.chexiao.ChexiaoException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The body of a request in a servlet container, whichever package its classes are of: whole, or it is said who has it. */
final class Received {
    private static final String REMEDY = "take the request before anything reads its parameters or its body or changes it, also in filters and"
            + " arguments of the method (getParameter, @RequestParam, Spring's HiddenHttpMethodFilter)";

    /** The request's getInputStream. */
    interface Body {
        InputStream open() throws IOException;
    }

    private Received() {}

    /**
     * @param parameters the request's getParameterMap
     * @param query the request's getQueryString
     * @throws CallException if another has read of the body or cut it: a mistake of the program, which must not look like a forgery. (Of forms with
     *     files, which containers always take apart and no gateway posts, and of a connection that broke, what is left is the body.)
     */
    static Incoming incoming(Map<String, List<String>> headers, Body body, Supplier<Map<String, String[]>> parameters, String query)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        boolean isBroken = !read(open(body), out);
        byte[] bytes = out.toByteArray();
        Map<String, String> joined = Headers.joined(headers);
        if (isBroken || isMultipart(joined.get("Content-Type"))) {
            return Incoming.of(headers, bytes);
        }
        long length = joined.containsKey("Content-Encoding") ? -1 : length(joined.get("Content-Length"));
        boolean isShort = bytes.length < Math.min(length, Incoming.MOST);
        if (isShort || bytes.length == 0 && areParsed(parameters, query)) {
            throw gone(bytes.length + (length < 0 ? " bytes" : " of " + length + " bytes") + " are left");
        }
        return Incoming.of(headers, bytes);
    }

    /** False if the connection broke. */
    private static boolean read(InputStream in, ByteArrayOutputStream out) {
        byte[] buffer = new byte[1 << 13];
        try {
            for (int read = 0; read >= 0 && out.size() < Incoming.MOST; read = in.read(buffer)) {
                out.write(buffer, 0, read);
            }
            return true;
        } catch (IOException broken) {
            return false;
        }
    }

    private static boolean isMultipart(String contentType) {
        return contentType != null && contentType.trim().regionMatches(true, 0, "multipart/", 0, 10);
    }

    private static InputStream open(Body body) throws IOException {
        try {
            return body.open();
        } catch (IllegalStateException taken) {
            throw gone("it was asked for as text");
        }
    }

    /** -1 for none that is one. */
    private static long length(String text) {
        return text != null && text.matches("[0-9]{1,18}") ? Long.parseLong(text) : -1;
    }

    /** Whether there are more parameters than the query holds: then they came out of the body. */
    private static boolean areParsed(Supplier<Map<String, String[]>> parameters, String query) {
        int ofQuery = query == null || query.isEmpty() ? 0 : query.split("&").length;
        try {
            return parameters.get().values().stream().mapToInt(values -> values.length).sum() > ofQuery;
        } catch (RuntimeException unreadable) {
            return false;
        }
    }

    private static ChexiaoException gone(String left) {
        return ChexiaoException.of(Kind.CALL, "body", "is no longer whole: " + left, REMEDY, null);
    }
}
