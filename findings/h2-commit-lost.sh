#!/usr/bin/env bash
# Belief: a commit to a file of H2 that has returned survives the death of the process (power cuts aside): it has reached
#   the operating system.
# Seen: it has not. A process that ends right after commit() has lost the row, for H2 writes up to half a second later;
#   with WRITE_DELAY=0 in the URL it is there. A notification that was acknowledged in between never comes again.
# Versions: H2 2.4.240, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars com.h2database:h2:2.4.240)
cat >Commit.java <<'JAVA'
import java.nio.file.Path;
import java.sql.*;

class Commit {
    public static void main(String[] arguments) throws Exception {
        try (Connection store = DriverManager.getConnection("jdbc:h2:" + Path.of(arguments[1]).toAbsolutePath() + arguments[2]); Statement run = store.createStatement()) {
            switch (arguments[0]) {
                case "create" -> run.execute("create table heard (number varchar primary key)");
                case "count" -> {
                    ResultSet rows = run.executeQuery("select count(*) from heard");
                    rows.next();
                    System.out.println(rows.getInt(1));
                }
                default -> {
                    store.setAutoCommit(false);
                    run.execute("insert into heard values ('A1')");
                    store.commit();
                    Runtime.getRuntime().halt(0); // as a kill would
                }
            }
        }
    }
}
JAVA
javac Commit.java
run() { java -cp ".:$path" Commit "$@"; }
for url in "" ";WRITE_DELAY=0"; do
    name=store${#url}
    run create "$name" "$url"
    run commit "$name" "$url"
    rows+="$(run count "$name" "$url") "
done
[ "$rows" = "0 1 " ] || { echo "$rows"; exit 1; }
echo "what was committed to H2 is lost with the process, unless WRITE_DELAY is 0"
