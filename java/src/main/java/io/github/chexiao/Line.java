package io.github.chexiao;

/** Text from outside as one line of characters that can be seen, so that it forges no line of a log and hides nothing in one. */
final class Line {
    private Line() {}

    /** The text, with control characters, line ends, marks of direction and whatever else has no shape as {@code \}{@code u} and four digits. */
    static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            for (int end = at + Character.charCount(point); at < end; at++) {
                if (isUnseen(point)) {
                    out.append(String.format("\\u%04x", (int) text.charAt(at)));
                } else {
                    out.append(text.charAt(at));
                }
            }
        }
        return out.toString();
    }

    private static boolean isUnseen(int point) {
        switch (Character.getType(point)) {
            case Character.CONTROL:
            case Character.FORMAT:
            case Character.LINE_SEPARATOR:
            case Character.PARAGRAPH_SEPARATOR:
            case Character.SURROGATE:
            case Character.UNASSIGNED:
                return true;
            default:
                return false;
        }
    }
}
