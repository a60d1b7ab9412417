import io.github.chexiao.*;
import java.io.*;
import java.nio.file.*;
import java.util.*;

@interface BeforeAll {}
@interface AfterAll {}
@interface Test {}

class Page {
    static void assertEquals(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError(found);
        }
    }

    public static void main(String[] arguments) throws Exception {
        PayTest.start();
        try {
            new PayTest().whatIsPaidIsNotClosed();
            System.out.println("passed");
        } finally {
            PayTest.stop();
        }
    }

    static SNIPPET
}
