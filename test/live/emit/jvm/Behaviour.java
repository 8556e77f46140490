import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** What pools of the JVM do that no option tells; prints lines of `pool.what=value`, each pool in a thread of its own. */
public class Behaviour {
    static final String url = System.getenv("OBSERVER_URL");
    static final String user = System.getenv("DB_USERNAME");
    static final String password = System.getenv("DB_PASSWORD");

    interface Opener {
        DataSource open(int min, int max) throws Exception;
    }

    interface Closer {
        void close(DataSource pool) throws Exception;
    }

    public static void main(String[] args) throws Exception {
        List<Thread> all = new ArrayList<>();
        all.add(observe("hikaricp", Behaviour::hikari, pool -> ((com.zaxxer.hikari.HikariDataSource) pool).close()));
        all.add(observe("dbcp2", Behaviour::dbcp, pool -> ((org.apache.commons.dbcp2.BasicDataSource) pool).close()));
        all.add(observe("tomcat-jdbc", Behaviour::tomcat, pool -> ((org.apache.tomcat.jdbc.pool.DataSource) pool).close()));
        all.add(observe("c3p0", Behaviour::c3p0, pool -> ((com.mchange.v2.c3p0.ComboPooledDataSource) pool).close()));
        for (Thread one : all) one.join();
        System.exit(0);
    }

    static Thread observe(String name, Opener opener, Closer closer) {
        Thread thread = new Thread(() -> {
            try {
                DataSource pool = opener.open(3, 3);
                List<Connection> held = take(pool, 3);
                List<Long> burst = new ArrayList<>();
                for (Connection one : held) burst.add(id(one));
                for (Connection one : held) giveBack(one);
                StringBuilder order = new StringBuilder();
                // A pool may lend a thread the one that it had last: each is lent to another thread.
                for (int index = 0; index < 4; index++) order.append(burst.indexOf(inThread(pool)));
                print(name, "lends", order);
                held = take(pool, 3);
                boolean[] isAnswered = {false};
                Thread waiter = new Thread(() -> {
                    try {
                        pool.getConnection().close();
                    } catch (Exception refused) {
                        isAnswered[0] = true;
                    }
                });
                waiter.start();
                while (waiter.getState() == Thread.State.RUNNABLE || waiter.getState() == Thread.State.NEW) Thread.sleep(5);
                Thread.sleep(50);
                closer.close(pool);
                waiter.join(2_500);
                print(name, "waiting", waiter.isAlive() ? "never-answers" : isAnswered[0] ? "refuses" : "serves");
                print(name, "held", works(held.get(0)) ? "waits" : "closes");
            } catch (Exception error) {
                print(name, "error", error);
            }
        });
        thread.start();
        return thread;
    }

    static List<Connection> take(DataSource pool, int count) throws Exception {
        List<Connection> held = new ArrayList<>();
        for (int index = 0; index < count; index++) held.add(pool.getConnection());
        return held;
    }

    /** Some give a connection back in a thread of theirs. */
    static void giveBack(Connection one) throws Exception {
        one.close();
        Thread.sleep(30);
    }

    static long inThread(DataSource pool) throws Exception {
        long[] seen = {-1};
        Thread thread = new Thread(() -> {
            try (Connection one = pool.getConnection()) {
                seen[0] = id(one);
            } catch (Exception error) {
                seen[0] = -2;
            }
        });
        thread.start();
        thread.join();
        Thread.sleep(30);
        return seen[0];
    }

    static long id(Connection one) throws Exception {
        try (Statement statement = one.createStatement(); ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    static boolean works(Connection one) {
        try {
            return id(one) > 0;
        } catch (Exception error) {
            return false;
        }
    }

    static synchronized void print(String name, String what, Object value) {
        System.out.println(name + "." + what + "=" + value);
    }

    static DataSource hikari(int min, int max) {
        com.zaxxer.hikari.HikariConfig config = new com.zaxxer.hikari.HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(max);
        config.setConnectionTimeout(8_000);
        return new com.zaxxer.hikari.HikariDataSource(config);
    }

    static DataSource dbcp(int min, int max) {
        org.apache.commons.dbcp2.BasicDataSource pool = new org.apache.commons.dbcp2.BasicDataSource();
        pool.setUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaxTotal(max);
        pool.setMaxWaitMillis(8_000);
        return pool;
    }

    static DataSource tomcat(int min, int max) {
        org.apache.tomcat.jdbc.pool.DataSource pool = new org.apache.tomcat.jdbc.pool.DataSource();
        pool.setDriverClassName("org.postgresql.Driver");
        pool.setUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaxActive(max);
        pool.setInitialSize(min);
        pool.setMaxWait(8_000);
        return pool;
    }

    static DataSource c3p0(int min, int max) {
        com.mchange.v2.c3p0.ComboPooledDataSource pool = new com.mchange.v2.c3p0.ComboPooledDataSource();
        pool.setJdbcUrl(url);
        pool.setUser(user);
        pool.setPassword(password);
        // Its minimum is 3, and wins.
        pool.setMaxPoolSize(1);
        pool.setCheckoutTimeout(8_000);
        return pool;
    }
}
