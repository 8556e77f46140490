#!/usr/bin/env bash
# The login timeout of PostgreSQL's own pool for Java leaves out the wait for a connection, which has no limit.
# Of:      library PGPoolingDataSource of pgjdbc 42.5.5, PostgreSQL 18.4
# Guess:   setLoginTimeout(1) ends getConnection() of an exhausted pool after a second, as javax.sql.DataSource says of
#          it.
# Happens: pgjdbc 42.5.5 of Debian 12, on Java 17, setMaxConnections(1) and the one connection in use: getConnection()
#          still waits after 4 s, and gets the connection when it is given back. A new connection to a server that says
#          nothing ends after the second.
# Hurts:   application servers and tools with this data source, as it comes with the driver: an exhausted pool stops
#          every thread, without an error or a line in the log. (The compiler calls it deprecated.)
# So:      HikariCP, Tomcat JDBC or DBCP2 around PGSimpleDataSource.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/npm.sh"
. "$here/lib/debian.sh"
. "$here/lib/postgres.sh"
command -v javac >/dev/null || cannot "there is no JDK"
start_postgres
debian_unpack '42.5.5-*' libpostgresql-jdbc-java
cat >"$work/Waits.java" <<'JAVA'
import java.net.ServerSocket;
import java.sql.Connection;
import org.postgresql.ds.PGPoolingDataSource;

public class Waits {
    public static void main(String[] args) throws Exception {
        PGPoolingDataSource pool = pool(Integer.parseInt(System.getenv("PGPORT")));
        Connection taken = pool.getConnection();
        Thread waiter = tell("exhausted pool", pool);
        waiter.join(4000);
        if (waiter.isAlive()) System.out.println("exhausted pool: still waits after 4 s");
        taken.close();
        waiter.join();
        try (ServerSocket silent = new ServerSocket(0)) {
            tell("silent server", pool(silent.getLocalPort())).join();
        }
        System.exit(0);
    }

    static PGPoolingDataSource pool(int port) throws Exception {
        PGPoolingDataSource pool = new PGPoolingDataSource();
        pool.setServerNames(new String[] {"127.0.0.1"});
        pool.setPortNumbers(new int[] {port});
        pool.setDatabaseName("postgres");
        pool.setUser("postgres");
        pool.setMaxConnections(1);
        pool.setLoginTimeout(1);
        return pool;
    }

    static Thread tell(String what, PGPoolingDataSource pool) {
        Thread thread = new Thread(() -> {
            long from = System.nanoTime();
            String end;
            try {
                pool.getConnection();
                end = "served";
            } catch (Exception error) {
                end = "error";
            }
            System.out.println(what + ": " + end + " after " + Math.round((System.nanoTime() - from) / 1e9) + " s");
        });
        thread.start();
        return thread;
    }
}
JAVA
timeout 60 java -cp "$root/usr/share/java/postgresql.jar" "$work/Waits.java" 2>"$work/log" | tee "$work/seen" ||
  changed "the program failed: $(tail -n 1 "$work/log")"
expect '^exhausted pool: still waits after 4 s$' '^exhausted pool: served after [4-6] s$' '^silent server: error after [12] s$'
holds "the login timeout of PGPoolingDataSource leaves out the wait for a connection"
