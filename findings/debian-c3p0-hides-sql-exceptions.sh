#!/usr/bin/env bash
# Through Debian's c3p0, an error of the database is no SQLException.
# Of:      library c3p0 0.9.1.2 (Debian)
# Guess:   a statement of a pool throws what the driver throws, as java.sql.Statement says.
# Happens: c3p0 0.9.1.2 of Debian 12, on Java 17: executeQuery() and executeUpdate() throw a RuntimeException that has the
#          driver's SQLException as its cause.
# Hurts:   who retries by SQLState, or catches SQLException to roll back: neither code is reached.
# So:      catch RuntimeException too and look at its cause, or take c3p0 0.9.5 or later from its maker.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")
. "$here/lib/common.sh"
. "$here/lib/debian.sh"
command -v javac >/dev/null || cannot "there is no JDK"
debian_unpack '0.9.1.2-*' libc3p0-java libhsqldb-java
cat >"$work/Errors.java" <<'JAVA'
import com.mchange.v2.c3p0.ComboPooledDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

public class Errors {
    interface Step { void run() throws Exception; }

    public static void main(String[] args) throws Exception {
        ComboPooledDataSource pool = new ComboPooledDataSource();
        pool.setDriverClass("org.hsqldb.jdbc.JDBCDriver");
        pool.setJdbcUrl("jdbc:hsqldb:mem:app");
        pool.setUser("SA");
        try (Connection connection = pool.getConnection()) {
            Statement statement = connection.createStatement();
            statement.executeUpdate("create table t (a int primary key)");
            statement.executeUpdate("insert into t values (1)");
            PreparedStatement again = connection.prepareStatement("insert into t values (?)");
            again.setInt(1, 1);
            tell("executeQuery of a missing table", () -> statement.executeQuery("select * from missing"));
            tell("executeUpdate of a key that is there", again::executeUpdate);
        }
        System.exit(0);
    }

    static void tell(String what, Step step) {
        try {
            step.run();
            System.out.println(what + ": no error");
        } catch (SQLException error) {
            System.out.println(what + ": SQLException " + error.getSQLState());
        } catch (Exception error) {
            Throwable cause = error.getCause();
            String state = cause instanceof SQLException ? ((SQLException) cause).getSQLState() : "none";
            System.out.println(what + ": " + error.getClass().getSimpleName() + ", SQLState of its cause " + state);
        }
    }
}
JAVA
hand_over "$work"
jars=$root/usr/share/java
timeout 60 java -cp "$jars/c3p0.jar:$jars/hsqldb.jar" "$work/Errors.java" 2>"$work/log" | tee "$work/seen" ||
  changed "the program failed: $(tail -n 1 "$work/log")"
expect '^executeQuery of a missing table: RuntimeException, SQLState of its cause 42501$' \
  '^executeUpdate of a key that is there: RuntimeException, SQLState of its cause 23505$'
holds "c3p0 $debian_version throws a RuntimeException around the SQLException of a statement"
