import java.io.File;
import java.io.FileInputStream;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.tomcat.jdbc.pool.DataSourceFactory;
import org.apache.tomcat.jdbc.pool.PoolProperties;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;

/**
 * Makes the pools that files declare, and drives each into its limits: `Pools limit kind=file ...`. Prints lines of
 * `kind.what=value`. The address of the observer and the login come from the environment.
 */
public class Pools {
    static final String url = System.getenv("OBSERVER_URL");
    static final String user = System.getenv("DB_USERNAME");
    static final String password = System.getenv("DB_PASSWORD");
    static final boolean isPostgres = url.startsWith("jdbc:postgresql:");

    public static void main(String[] args) throws Exception {
        int limit = Integer.parseInt(args[0]);
        Map<String, DataSource> pools = new LinkedHashMap<>();
        try (Connection observer = DriverManager.getConnection(url, user, password)) {
            for (int index = 1; index < args.length; index++) {
                String[] pair = args[index].split("=", 2);
                if (pair[0].equals("url")) {
                    limits("url", () -> DriverManager.getConnection(expand(read(pair[1]).getProperty("JDBC_URL").replace("\"", "")), user, password));
                    continue;
                }
                List<Long> before = sessions(observer);
                DataSource pool = open(pair[0], pair[1]);
                pools.put(pair[0], pool);
                exhaust(pair[0], pool, limit, observer, before);
                limits(pair[0], () -> patiently(pool));
            }
            end(observer);
            // Tomcat tests a connection again after 3 s.
            Thread.sleep(3_300);
            for (Map.Entry<String, DataSource> pool : pools.entrySet()) serve(pool.getKey(), pool.getValue(), limit);
        }
        System.exit(0);
    }

    interface Opener {
        Connection open() throws Exception;
    }

    static DataSource open(String kind, String file) throws Exception {
        if (kind.equals("xml")) return new DataSourceFactory().createDataSource(resource(file));
        if (kind.equals("spring")) return bound(read(file));
        Properties own = read(file);
        for (String name : own.stringPropertyNames()) System.setProperty(name, own.getProperty(name));
        com.mchange.v2.c3p0.ComboPooledDataSource pool = new com.mchange.v2.c3p0.ComboPooledDataSource();
        pool.setUser(user);
        pool.setPassword(password);
        return pool;
    }

    /** The attributes of the Resource, with what Tomcat puts in from the environment. */
    static Properties resource(String file) throws Exception {
        Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new File(file)).getDocumentElement();
        NamedNodeMap attributes = root.getElementsByTagName("Resource").item(0).getAttributes();
        Properties all = new Properties();
        for (int index = 0; index < attributes.getLength(); index++) {
            all.setProperty(attributes.item(index).getNodeName(), expand(attributes.item(index).getNodeValue()));
        }
        return all;
    }

    /** Each key has to be a setter of the pool, in the spelling that Spring Boot takes. */
    static DataSource bound(Properties keys) throws Exception {
        PoolProperties options = new PoolProperties();
        for (String key : keys.stringPropertyNames()) {
            String name = key.replaceFirst("^spring\\.datasource\\.(tomcat\\.)?", "").replace("-", "");
            if (!name.equals("type")) set(options, name, expand(keys.getProperty(key)));
        }
        return new org.apache.tomcat.jdbc.pool.DataSource(options);
    }

    static void set(PoolProperties options, String name, String value) throws Exception {
        for (Method method : PoolProperties.class.getMethods()) {
            if (!method.getName().equalsIgnoreCase("set" + name) || method.getParameterCount() != 1) continue;
            Class<?> type = method.getParameterTypes()[0];
            if (type == int.class) method.invoke(options, Integer.parseInt(value));
            else if (type == long.class) method.invoke(options, Long.parseLong(value));
            else if (type == boolean.class) method.invoke(options, Boolean.parseBoolean(value));
            else method.invoke(options, value);
            return;
        }
        throw new IllegalArgumentException("no setter for " + name);
    }

    static void exhaust(String kind, DataSource pool, int limit, Connection observer, List<Long> before) throws Exception {
        List<Connection> lent = new ArrayList<>();
        for (int index = 0; index < limit; index++) lent.add(patiently(pool));
        long began = System.nanoTime();
        try {
            pool.getConnection();
            print(kind, "refused", "no");
        } catch (SQLException error) {
            print(kind, "refused", error.getClass().getName() + ": " + error.getMessage());
        }
        print(kind, "waitedMs", (System.nanoTime() - began) / 1_000_000);
        List<Long> own = sessions(observer);
        own.removeAll(before);
        print(kind, "sessions", own.size());
        for (Connection connection : lent) connection.close();
    }

    /** The wait is short, and the first sessions of a busy machine take longer. */
    static Connection patiently(DataSource pool) throws SQLException {
        for (int attempt = 0; attempt < 40; attempt++) {
            try {
                return pool.getConnection();
            } catch (SQLException error) {
                // Once more.
            }
        }
        return pool.getConnection();
    }

    /** Whether the server ends a statement that takes longer than the query timeout. */
    static void limits(String kind, Opener opener) throws Exception {
        try (Connection connection = opener.open(); Statement statement = connection.createStatement()) {
            statement.executeQuery(isPostgres ? "select pg_sleep(20)" : "select sleep(20)");
            print(kind, "slow", "ran");
        } catch (SQLException | RuntimeException error) {
            print(kind, "slow", stateOf(error));
        }
    }

    /** The c3p0 of Debian throws the errors of statements inside of a RuntimeException. */
    static String stateOf(Exception error) {
        Throwable own = error instanceof SQLException ? error : error.getCause();
        return own instanceof SQLException ? ((SQLException) own).getSQLState() : String.valueOf(own);
    }

    static void serve(String kind, DataSource pool, int limit) throws Exception {
        int served = 0;
        List<Connection> lent = new ArrayList<>();
        for (int index = 0; index < limit; index++) {
            Connection connection = patiently(pool);
            lent.add(connection);
            try (Statement statement = connection.createStatement()) {
                statement.executeQuery("select 1");
                served += 1;
            } catch (SQLException | RuntimeException error) {
                print(kind, "lost", stateOf(error));
            }
        }
        for (Connection connection : lent) connection.close();
        print(kind, "servedAgain", served);
    }

    /** Ends all other sessions of the user, as a server does that restarts. */
    static void end(Connection observer) throws SQLException {
        for (long id : sessions(observer)) {
            try (Statement statement = observer.createStatement()) {
                statement.execute(isPostgres ? "select pg_terminate_backend(" + id + ")" : "kill " + id);
            }
        }
    }

    static List<Long> sessions(Connection observer) throws SQLException {
        String sql = isPostgres
            ? "select pid from pg_stat_activity where usename = current_user and datname = current_database() and pid <> pg_backend_pid() and application_name = 'PostgreSQL JDBC Driver'"
            : "select id from information_schema.processlist where user = substring_index(current_user(), '@', 1) and id <> connection_id()";
        List<Long> found = new ArrayList<>();
        try (Statement statement = observer.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) found.add(rows.getLong(1));
        }
        return found;
    }

    static Properties read(String file) throws Exception {
        Properties own = new Properties();
        try (FileInputStream stream = new FileInputStream(file)) {
            own.load(stream);
        }
        return own;
    }

    static String expand(String text) {
        Matcher references = Pattern.compile("\\$\\{(\\w+)(?::-?([^}]*))?\\}").matcher(text);
        return references.replaceAll(match -> {
            String value = System.getenv(match.group(1));
            return Matcher.quoteReplacement(value == null ? match.group(2) : value);
        });
    }

    static void print(String kind, String what, Object value) {
        System.out.println(kind + "." + what + "=" + value);
    }
}
