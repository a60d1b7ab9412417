#!/usr/bin/env bash
# Belief: StatelessSession.upsert of an entity with @Version writes only over the row of that very version; a stale one is
#   StaleObjectStateException however often it is tried.
# Seen: it writes over every row whose version is the same *or lower*, and counts the version of the object up even when it
#   fails: a stale "closed", tried again and again with the same object, gets over "paid" as soon as its count has come up.
# Versions: Hibernate 7.2.19, H2 2.4.240, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars org.hibernate.orm:hibernate-core:7.2.19.Final com.h2database:h2:2.4.240)
cat >Upsert.java <<'JAVA'
import jakarta.persistence.*;
import org.hibernate.StaleObjectStateException;
import org.hibernate.cfg.Configuration;

public class Upsert {
    @Entity(name = "Orders")
    public static class Order {
        @Id public String number;
        @Version public int version;
        public String word;

        public Order() {}

        Order(int version, String word) {
            this.number = "A1";
            this.version = version;
            this.word = word;
        }
    }

    public static void main(String[] none) {
        java.util.logging.LogManager.getLogManager().reset();
        try (var store = new Configuration().addAnnotatedClass(Order.class).setProperty("hibernate.connection.url", "jdbc:h2:mem:orders")
                .setProperty("hibernate.hbm2ddl.auto", "create").buildSessionFactory()) {
            store.inStatelessTransaction(session -> session.upsert(new Order(0, "open")));
            store.inStatelessTransaction(session -> session.upsert(new Order(1, "processing")));
            store.inStatelessTransaction(session -> session.upsert(new Order(2, "paid")));
            Order stale = new Order(1, "closed");
            int failed = 0;
            for (boolean written = false; !written; ) {
                try {
                    store.inStatelessTransaction(session -> session.upsert(stale));
                    written = true;
                } catch (StaleObjectStateException refused) {
                    if (++failed == 9) break;
                }
            }
            Order kept = store.fromTransaction(session -> session.find(Order.class, "A1"));
            System.out.println(failed + " " + kept.word + " " + kept.version);
        }
    }
}
JAVA
javac -cp "$path" -d . Upsert.java
seen=$(java -cp ".:$path" Upsert 2>/dev/null)
[ "$seen" = "2 closed 4" ] || { echo "$seen"; exit 1; }
echo "a stale upsert of Hibernate gets through at the third try with the same object, over a newer word"
