package io.github.chexiao;

import java.io.InvalidObjectException;
import java.io.Serializable;

/** What stands in a stream of Java's own serialisation for a {@link Document}: its JSON, which later versions read too. */
final class Written implements Serializable {
    private static final long serialVersionUID = 1;

    /**
     * The simple name of the class.
     *
     * @serial
     */
    private final String type;
    /**
     * The document.
     *
     * @serial
     */
    private final String json;

    Written(String type, String json) {
        this.type = type;
        this.json = json;
    }

    private Object readResolve() throws InvalidObjectException {
        if (type == null || json == null) {
            throw new InvalidObjectException("a value of chexiao without type or JSON");
        }
        try {
            switch (type) {
                case "Outcome":
                    return Outcome.ofJson(json);
                case "CallAnswer":
                    return CallAnswer.ofJson(json);
                case "GatewayWords":
                    return GatewayWords.ofJson(json);
                case "HttpRequest":
                    return HttpRequest.ofJson(json);
                case "Notice":
                    return Notice.ofJson(json);
                case "Amount":
                    return Amount.ofJson(json);
                case "Answer":
                    return Answer.ofJson(json);
                case "BulkCount":
                    return new BulkCount(JsonReader.object(json));
                case "BulkEvent":
                    return new BulkEvent(JsonReader.object(json));
                case "BulkRead":
                    return new BulkRead(JsonReader.object(json));
                case "BulkRepeat":
                    return new BulkRepeat(JsonReader.object(json));
                case "BulkResult":
                    return new BulkResult(JsonReader.object(json));
                case "BulkUnreadable":
                    return new BulkUnreadable(JsonReader.object(json));
                default:
                    throw new InvalidObjectException("a value of chexiao that this version does not know: " + Line.of(type));
            }
        } catch (IllegalArgumentException bad) {
            throw new InvalidObjectException(type + " of chexiao: " + bad.getMessage());
        }
    }
}
