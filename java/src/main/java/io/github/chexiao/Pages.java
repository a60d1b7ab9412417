package io.github.chexiao;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Rows that come a page at a time: each page follows the last row of the one before, the first one follows null, and an empty one ends it. */
final class Pages implements Iterator<Map<String, Object>> {
    private final Function<Map<String, Object>, List<Map<String, Object>>> following;
    private Iterator<Map<String, Object>> page = Collections.emptyIterator();
    private Map<String, Object> last;
    private boolean ended;

    private Pages(Function<Map<String, Object>, List<Map<String, Object>>> following) {
        this.following = following;
    }

    static Stream<Map<String, Object>> of(Function<Map<String, Object>, List<Map<String, Object>>> following) {
        int kind = Spliterator.ORDERED | Spliterator.NONNULL;
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(new Pages(following), kind), false);
    }

    @Override
    public boolean hasNext() {
        if (!page.hasNext() && !ended) {
            page = following.apply(last).iterator();
            ended = !page.hasNext();
        }
        return page.hasNext();
    }

    @Override
    public Map<String, Object> next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        last = page.next();
        return last;
    }
}
