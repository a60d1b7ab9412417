package io.github.chexiao;

import com.fasterxml.jackson.annotation.JsonValue;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A value that is a JSON document wherever it is written: by Java's own serialisation and by Jackson 2 and 3, which both read it back. Other mappers stop at it
 * with an error, rather than write what says nothing. Immutable; two are equal if their documents say the same.
 */
public abstract class Document implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * Mappers that write fields, such as Gson and Moshi, refuse a class by name.
     *
     * @serial never written
     */
    private final Class<?> bean = getClass();
    /**
     * Not transient, for those who copy by fields, such as Kryo.
     *
     * @serial never written
     */
    private final String json;
    /**
     * What the document says.
     *
     * @serial never written
     */
    @SuppressWarnings("serial")
    final Map<String, Object> members;

    Document(String json) {
        this.json = json;
        this.members = JsonReader.object(json);
    }

    /** Of what was read already. */
    Document(Map<String, Object> members) {
        this.json = JsonWriter.write(members);
        this.members = members;
    }

    /**
     * The document, with every key, always: for storing, or for a mapper of your choice.
     *
     * @return JSON as the library made it; an outcome's holds the reply body, a request's the order and the signature
     */
    public String toJson() {
        return json;
    }

    /**
     * The document as maps, texts, numbers, booleans and nulls: what to put into an answer that Gson, fastjson, Hutool or JSON-B writes.
     *
     * @return a new map each time, in the order of the document
     */
    @JsonValue
    public Map<String, Object> toMap() {
        return JsonReader.object(json);
    }

    /**
     * Refuses, for mappers that write what getters say: of an outcome that would be {@code {"closed":false}}, also for an order that was paid.
     *
     * @return never
     * @throws UnsupportedOperationException always, naming {@link #toMap()}
     */
    public Object getBean() {
        throw new UnsupportedOperationException(bean.getName() + " is no bean: write toJson(), or give the mapper toMap()");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Document && bean == ((Document) other).bean && members.equals(((Document) other).members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    /** @throws IllegalArgumentException naming the first of these members that is not of this type */
    final void check(Class<?> type, String what, List<String> names, boolean nullable) {
        for (String name : names) {
            Object value = members.get(name);
            if (!(type.isInstance(value) || nullable && value == null && members.containsKey(name))) {
                throw new IllegalArgumentException(name + " is not " + what);
            }
        }
    }

    /** @throws IllegalArgumentException if a language has no text */
    final void checkExplanation() {
        for (Locale locale : Arrays.asList(Locale.ENGLISH, Locale.CHINESE)) {
            if (!(words(locale) instanceof String)) {
                throw new IllegalArgumentException("explanation is not a text in each language");
            }
        }
    }

    /** The member {@code explanation}. */
    final String explained(Locale locale) {
        return (String) words(locale);
    }

    private Object words(Locale locale) {
        boolean chinese = Locale.CHINESE.getLanguage().equals(locale.getLanguage());
        return ((Map<?, ?>) members.get("explanation")).get(chinese ? "zh" : "en");
    }

    final String text(String member) {
        return (String) members.get(member);
    }

    final Long number(String member) {
        return (Long) members.get(member);
    }

    /** @throws IllegalArgumentException if the member is no object of texts */
    final Map<String, String> texts(String member) {
        if (!(members.get(member) instanceof Map)) {
            throw new IllegalArgumentException(member + " is no object");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        ((Map<?, ?>) members.get(member)).forEach((name, value) -> {
            if (!(value instanceof String)) {
                throw new IllegalArgumentException(Line.of((String) name) + " is no text");
            }
            texts.put((String) name, (String) value);
        });
        return Collections.unmodifiableMap(texts);
    }

    /** @throws IllegalArgumentException if the member is no base64 */
    final byte[] bytes(String member) {
        return Base64.getDecoder().decode(text(member));
    }

    /**
     * Package-private, so that every subclass has it.
     *
     * @return what is written instead: the JSON
     */
    Object writeReplace() {
        return new Written(bean.getSimpleName(), json);
    }

    /**
     * A stream that holds fields was not written by this class.
     *
     * @param in the stream
     * @throws InvalidObjectException always
     */
    private void readObject(ObjectInputStream in) throws InvalidObjectException {
        readObjectNoData();
    }

    /**
     * Nor was one that holds none.
     *
     * @throws InvalidObjectException always
     */
    private void readObjectNoData() throws InvalidObjectException {
        throw new InvalidObjectException(getClass().getName() + " is read from its JSON, not from fields");
    }
}
