package io.github.chexiao;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.util.DefaultInstantiatorStrategy;
import com.google.gson.Gson;
import com.squareup.moshi.Moshi;
import jakarta.json.bind.JsonbBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.objenesis.strategy.StdInstantiatorStrategy;

/** What real mappers make of the values, as their users call them: the documented JSON, or an error that names the class. Never half a truth. */
class MappersIT {
    private interface Mapper {
        String write(Object value) throws Exception;
    }

    private static final com.fasterxml.jackson.databind.ObjectMapper JACKSON_2 = new com.fasterxml.jackson.databind.ObjectMapper();
    private static final tools.jackson.databind.ObjectMapper JACKSON_3 = new tools.jackson.databind.ObjectMapper();
    /** It tells its log before it throws. */
    private static final Logger YASSON = Logger.getLogger("org.eclipse.yasson");
    private static final String PAID = Outcome.NO_MEMORY.toJson().replace("\"unknown\",\"code\":9", "\"paid\",\"code\":3")
            .replace("\"raw_base64\":\"\"", "\"raw_base64\":\"suLK1A==\"").replace("\"message\":null", "\"message\":\"已支付 \\\"\\n\\u0001\"");

    /** Those that give the document. */
    private static Map<String, Mapper> faithful() {
        Map<String, Mapper> mappers = new LinkedHashMap<>();
        mappers.put("Jackson 2", JACKSON_2::writeValueAsString);
        mappers.put("Jackson 2, as a tree", value -> JACKSON_2.valueToTree(value).toString());
        mappers.put("Jackson 3", JACKSON_3::writeValueAsString);
        mappers.put("Jackson 3, as a tree", value -> JACKSON_3.valueToTree(value).toString());
        return mappers;
    }

    /** Those that stop. */
    private static Map<String, Mapper> strict() {
        Map<String, Mapper> mappers = new LinkedHashMap<>();
        mappers.put("Gson", value -> new Gson().toJson(value));
        mappers.put("Gson with nulls", value -> new com.google.gson.GsonBuilder().serializeNulls().create().toJson(value));
        mappers.put("Moshi", value -> new Moshi.Builder().build().adapter(Object.class).toJson(value));
        mappers.put("fastjson 1", com.alibaba.fastjson.JSON::toJSONString);
        mappers.put("fastjson2", com.alibaba.fastjson2.JSON::toJSONString);
        mappers.put("Hutool", cn.hutool.json.JSONUtil::toJsonStr);
        YASSON.setLevel(Level.OFF);
        mappers.put("JSON-B", value -> JsonbBuilder.create().toJson(value));
        return mappers;
    }

    private static List<Document> values() {
        String request = "{\"method\":\"POST\",\"url\":\"https://h/p\",\"headers\":{\"B\":\"2\",\"A\":\"1\"},\"body_base64\":\"5pKk\",\"msg_id\":\"m\"}";
        Outcome paid = Outcome.ofJson(PAID);
        Notice notice = Notice.ofJson(NoticeTest.NOTICE);
        Document result = new BulkResult(JsonReader.object("{\"account\":\"shop\",\"line\":1,\"order_json\":\"{\\\"n\\\":\\\"1\\\"}\",\"word\":\"paid\",\"next\":"
                + "\"fulfil_or_refund\",\"needs_person\":false,\"why\":\"已支付\",\"attempts\":2,\"msg_id\":null}"));
        return Arrays.asList(Outcome.NO_MEMORY, paid, paid.gateway(), HttpRequest.ofJson(request), notice, notice.amount().get(), notice.refuse(), result);
    }

    @Test
    void jacksonWritesTheDocumentAndReadsItBack() throws Exception {
        for (Document value : values()) {
            for (Map.Entry<String, Mapper> mapper : faithful().entrySet()) {
                assertEquals(JACKSON_2.readTree(value.toJson()), JACKSON_2.readTree(mapper.getValue().write(value)), mapper.getKey());
                Map<String, Object> members = JsonReader.object(mapper.getValue().write(value));
                assertEquals(new ArrayList<>(value.toMap().keySet()), new ArrayList<>(members.keySet()), "the order of " + mapper.getKey());
                Object answer = Map.of("results", Arrays.asList(value, value));
                assertEquals(Map.of("results", Arrays.asList(value.toMap(), value.toMap())), JsonReader.object(mapper.getValue().write(answer)));
            }
            assertEquals(value, JACKSON_2.readValue(JACKSON_2.writeValueAsString(value), value.getClass()));
            assertEquals(value, JACKSON_3.readValue(JACKSON_3.writeValueAsString(value), value.getClass()));
        }
    }

    @Test
    void jacksonWritesTheWordsOfTheDocument() throws Exception {
        for (Enum<?>[] words : Arrays.<Enum<?>[]>asList(OutcomeCode.values(), Next.values(), Retry.values(), Confirm.values(), Evidence.values())) {
            for (Enum<?> word : words) {
                String json = "\"" + Words.of(word) + "\"";
                assertEquals(json, JACKSON_2.writeValueAsString(word));
                assertEquals(json, JACKSON_3.writeValueAsString(word));
                assertEquals(word, JACKSON_2.readValue(json, word.getDeclaringClass()));
                assertEquals(word, JACKSON_3.readValue(json, word.getDeclaringClass()));
            }
        }
    }

    @Test
    void jacksonReadsNothingElse() {
        for (Class<?> type : Arrays.asList(Outcome.class, HttpRequest.class)) {
            for (String bad : Arrays.asList("{}", "[]", "\"closed\"", "{\"closed\":true}", "{\"outcome\":\"closed\"}", PAID.replace(":3,", ":1,"))) {
                assertThrows(IOException.class, () -> JACKSON_2.readValue(bad, type), type + " " + bad);
                assertThrows(tools.jackson.core.JacksonException.class, () -> JACKSON_3.readValue(bad, type), type + " " + bad);
            }
        }
    }

    @Test
    void otherMappersStopAndNameTheClass() {
        List<String> wrote = new ArrayList<>();
        for (Document value : values()) {
            strict().forEach((name, mapper) -> {
                for (Object answer : Arrays.asList(value, new Answer(value))) {
                    try {
                        wrote.add(name + ": " + mapper.write(answer));
                    } catch (Throwable stopped) {
                        assertTrue(chain(stopped).contains(value.getClass().getName()), name + ": " + chain(stopped));
                    }
                }
            });
        }
        assertEquals("[]", wrote.toString());
    }

    @Test
    void everyMapperWritesTheMap() throws Exception {
        Map<String, Mapper> mappers = strict();
        mappers.putAll(faithful());
        mappers.put("org.json", value -> new org.json.JSONObject((Map<?, ?>) value).toString());
        mappers.put("Moshi", value -> new Moshi.Builder().build().adapter(Map.class).toJson((Map<?, ?>) value));
        for (Document value : values()) {
            for (Map.Entry<String, Mapper> mapper : mappers.entrySet()) {
                Map<String, Object> wanted = value.toMap();
                Map<String, Object> found = JsonReader.object(mapper.getValue().write(value.toMap()));
                withoutNulls(wanted);
                withoutNulls(found);
                assertEquals(wanted, found, mapper.getKey());
            }
        }
    }

    /** Spark and Flink may be set to it. Copied by fields, a value is whole; a client has no handle, least of all another process's. */
    @Test
    void kryoCopiesValues() {
        Kryo kryo = new Kryo();
        kryo.setRegistrationRequired(false);
        kryo.setInstantiatorStrategy(new DefaultInstantiatorStrategy(new StdInstantiatorStrategy()));
        for (Document value : values()) {
            Output out = new Output(1024, -1);
            kryo.writeClassAndObject(out, value);
            Document copy = (Document) kryo.readClassAndObject(new Input(out.toBytes()));
            assertEquals(value, copy);
            assertEquals(value.toJson(), copy.toJson());
            assertEquals(value.toString().replaceAll("@.*", ""), copy.toString().replaceAll("@.*", ""));
        }
    }

    /** A bean of the program that holds a value. */
    public static final class Answer {
        private final Object result;

        Answer(Object result) {
            this.result = result;
        }

        public Object getResult() {
            return result;
        }
    }

    private static String chain(Throwable thrown) {
        String cause = thrown.getCause() == null ? "" : " / " + chain(thrown.getCause());
        String target = thrown instanceof java.lang.reflect.InvocationTargetException wrapped ? wrapped.getTargetException() + "" : "";
        return thrown + target + cause;
    }

    private static void withoutNulls(Map<?, ?> members) {
        members.values().removeIf(value -> value == null);
        members.values().forEach(value -> {
            if (value instanceof Map<?, ?> inner) {
                withoutNulls(inner);
            }
        });
    }
}
