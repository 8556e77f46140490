import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.IntSupplier;
import javax.sql.DataSource;

/** Pools with the properties that they are given; prints how many connections are idle in the end: `name=count`. */
public class ByHand {
    static final String url = System.getenv("OBSERVER_URL");
    static final String user = System.getenv("DB_USERNAME");
    static final String password = System.getenv("DB_PASSWORD");

    /** Each argument: `name;pool;deed;wanted;key=value;key=value`. */
    public static void main(String[] args) throws Exception {
        List<Thread> all = new ArrayList<>();
        for (String arg : args) {
            Thread one = new Thread(() -> {
                String[] parts = arg.split(";");
                try {
                    print(parts[0], run(parts));
                } catch (Exception error) {
                    print(parts[0], error);
                }
            });
            one.start();
            all.add(one);
        }
        for (Thread one : all) one.join();
        System.exit(0);
    }

    static synchronized void print(String name, Object value) {
        System.out.println(name + "=" + value);
    }

    static Object run(String[] parts) throws Exception {
        Properties given = new Properties();
        for (int index = 4; index < parts.length; index++) {
            given.setProperty(parts[index].split("=")[0], parts[index].split("=")[1]);
        }
        if (parts[1].equals("hikaricp")) return hikari(given);
        given.setProperty("url", url);
        given.setProperty("username", user);
        given.setProperty("password", password);
        given.setProperty("driverClassName", "org.postgresql.Driver");
        DataSource pool = parts[1].equals("dbcp2")
            ? org.apache.commons.dbcp2.BasicDataSourceFactory.createDataSource(given)
            : new org.apache.tomcat.jdbc.pool.DataSourceFactory().createDataSource(given);
        IntSupplier idle = pool instanceof org.apache.commons.dbcp2.BasicDataSource
            ? ((org.apache.commons.dbcp2.BasicDataSource) pool)::getNumIdle
            : ((org.apache.tomcat.jdbc.pool.DataSource) pool)::getIdle;
        List<Connection> held = new ArrayList<>();
        int count = parts[2].equals("rest") ? 0 : parts[2].equals("kill") ? 1 : 3;
        while (held.size() < count) held.add(pool.getConnection());
        String process = parts[2].equals("kill") ? processOf(held.get(0)) : null;
        for (Connection one : held) one.close();
        if (process != null) endSession(process);
        if (parts[2].equals("rest")) pool.getConnection().close();
        int wanted = Integer.parseInt(parts[3]);
        long until = System.currentTimeMillis() + 4_000;
        while (idle.getAsInt() != wanted && System.currentTimeMillis() < until) Thread.sleep(50);
        return idle.getAsInt();
    }

    /** What HikariCP makes of the values: it closes nothing in less than 10 s. */
    static Object hikari(Properties given) throws Exception {
        given.setProperty("jdbcUrl", url);
        given.setProperty("username", user);
        given.setProperty("password", password);
        try (com.zaxxer.hikari.HikariDataSource pool =
                new com.zaxxer.hikari.HikariDataSource(new com.zaxxer.hikari.HikariConfig(given))) {
            boolean isActive = pool.getIdleTimeout() > 0 && pool.getMinimumIdle() < pool.getMaximumPoolSize();
            return isActive ? pool.getIdleTimeout() : "off";
        }
    }

    static String processOf(Connection one) throws Exception {
        try (Statement statement = one.createStatement(); var rows = statement.executeQuery("select pg_backend_pid()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    static void endSession(String process) throws Exception {
        try (Connection other = java.sql.DriverManager.getConnection(url, user, password);
                Statement statement = other.createStatement()) {
            statement.execute("select pg_terminate_backend(" + process + ")");
        }
    }
}
