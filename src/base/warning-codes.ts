/** Every warning of poolctl, and what it means in one paragraph; `poolctl explain <code>` prints it. */
export const warningCodes = {
  LOAD_OVERSTATED:
    'The formula multiplied TPS by the p95. The number of connections in use is TPS times the mean hold time, and by the percentiles given the mean is below the p95. See `poolctl explain p95`.',
  LOAD_UNDERSTATED:
    'The formula multiplied TPS by the p95, and by the percentiles given the mean hold time is above it: a few very slow requests hold connections for most of the time. The answer was raised for them. See `poolctl explain p95`.',
  LOAD_UNCERTAIN:
    'The load is TPS times the mean hold time. Percentiles bound the mean from below, and from above by nothing: what lies beyond the last one is a guess. The two ends of that guess are more than 1.3 times apart. See `poolctl explain p95`.',
  LAST_BUCKET_OPEN:
    'The last bucket of the histogram has no upper bound, so nobody knows how long the holds in it took. With the sum of all times (`_sum`) their mean is known; else they are taken to end at twice the bound.',
  INPUT_UNLIKELY:
    'A connection held for a minute or longer, or a pool above a thousand connections, is mostly a slip of the unit.',
  QUEUE_DECIDES_FIRST:
    'With these settings the queue limit refuses requests long before anyone has waited for the acquire timeout. The timeout then only fires when connections are not given back at all: the database hangs, or they leak.',
  TIMEOUT_DECIDES_FIRST:
    'The last places of the queue are served later than the acquire timeout: requests there give up before their turn, and hold memory and sockets meanwhile. A shorter queue refuses them at once.',
  QUEUE_TOO_SHORT:
    'By the model the queue limit refuses more requests in normal running than the targets allow, although the connections would serve them: chance alone makes longer queues than that.',
  TIMEOUT_BEYOND_PATIENCE:
    'The acquire timeout is longer than people wait (2 to 3 s). Their requests are still served after they have left. See `poolctl explain deadline`.',
  TIMEOUT_BELOW_LOGIN:
    'A pool opens connections when it needs them, and the request that needs it waits for the login. An acquire timeout below the time of a login fails those requests, and all of them after a restart.',
  DEADLINE_BELOW_P99:
    'The slowest of a hundred requests hold a connection for longer than the whole deadline. No acquire timeout helps them.',
  NESTED_ACQUISITION:
    'A request holds a connection while it waits for another. When every connection is held by such a request, none can go on. See `poolctl explain nested-acquisition`.',
  PLATFORM_BOUNDS:
    'The platform of --platform bounds what a pool may open or can use. Where it starts an instance for each request at once, the number of instances is what the server has to bear.',
  SERVER_IS_THE_LIMIT:
    "The fleet's mean load is above what 2 x cores + spindles expects a server to run well at once. More connections would share the same cores. See `poolctl explain capacity-rule`.",
  ROLLOUT_NOT_COUNTED:
    'The fleet fits in normal running, but not while a rolling deploy runs old and new instances side by side, and no --surge was given. See `poolctl explain rolling-deploy`.',
  TERMINATING_NOT_COUNTED:
    'The fleet fits at the worst minute of a roll-out, but not if the old instances keep their pools until they exit: Kubernetes does not count Pods that are terminating. See `poolctl explain rolling-deploy`.',
  PROBE_DIFFERS:
    'A probe ended with a pool, and `size --from` answers with another one: it was not proved, or it was for another rate.',
  HOLDS_OF_TWO_KINDS:
    'The percentiles are further apart than one kind of request spreads: short ones and rare long ones share the pool. One distribution through them hides the long ones.',
  REPLAY_KEEPS_HOLDS:
    'A recording was replayed, or sized by, in which connections were held for longer than their work takes: the database was slow, the event loop stood still, requests waited for a second connection, or connections leaked. Holds are taken as they were recorded.',
  RUN_TOO_SHORT:
    'The queue of a simulated pool changes more slowly than its runs are long, or the connections in use differ from what the load must use. Figures of such runs are too low; the intervals say what is known, and may have no upper end. The message has the length that it takes.',
  BURSTS_ARE_ROUGH:
    'For bursts and batches the model is exact where hold times are exponential. Where they vary much less or more, or where batches come in bursts, it is an approximation: simulate.',
  RETRIES_ARE_ROUGH:
    'A request that was refused meets, when it comes again, what is left of the state that refused it. What fails for good then is an approximation.',
  MODEL_DISAGREES:
    'With --simulate: the simulated p99 wait lies further from the predicted one than the error that the model is known to have for such hold times.',
  RESERVED_NOT_COUNTED:
    'The fleet fits only if every slot of max_connections can be had. PostgreSQL keeps 3 for superusers by default, and providers keep more.',
  LIMIT_ESTIMATED:
    "The server's limit is computed from the memory of its class by the provider's formula, and parameter groups may override it. The server's own max_connections beats every table.",
  PRESET_DIFFERS:
    'A profile brings a connectionLimit, and the measured load asks for another one. The measured load decides; the timeouts of the profile are kept.',
  PROFILE_OUTSIDE_RANGE: 'The load is outside of the range that the chosen profile is made for.',
  SESSIONS_BEYOND_BUDGET:
    'The limits of the pools fit the server, and their driver opens sessions beyond its limit: queries that run on after a time limit of the client, cancels on connections of their own, an overflow, or connections of instances that end. See docs/drivers.md.',
  OPENING_TAKES_LONG:
    'Until a pool is open after a deploy or an outage, requests wait for its connections. A driver that logs in one connection at a time, over a slow way, may need longer than the acquire timeout.',
  POOL_END_LOSES_WORK:
    'What a driver does when its pool is closed loses work: it closes connections that are in use, or leaves requests that wait without an answer. Every roll-out closes the pools of old instances.',
  DRIVER_UNKNOWN:
    'The behaviour of the driver is not known to poolctl, beyond its options: the answer counts connections by the limit alone.',
  DRIVER_LACKS_OPTION:
    'The driver has no option for a recommended setting; setting it under the name you expect does nothing. The snippet provides it in another way, or says that it cannot be had.',
  DRIVER_SHARES_OPTION:
    'The driver has one option for two of the recommended settings, so one value has to serve both.',
  ENGINE_ASSUMED:
    'The snippet, or what the driver does, differs from server to server (another driver, dialect or unit), and nobody said which one it is for. The one that the message names was taken.',
  VERSION_CHANGES_NOTHING:
    'The snippet is the same for every version of the driver that poolctl knows, so the one that was named makes no difference. The hint says which versions its options were looked up in.',
  NOBODY_WAITS:
    'The settings say that nobody may wait: a request that finds no free connection is refused at once. The target has no such setting, and its snippet lets any number wait.',
  POOLS_ALIKE:
    'The file makes several pools with the same settings: one for each database behind a pooler, or for each node of a replication. The snippet is for one of them; the message says what they come to together.',
  SEVERAL_LIMITS:
    'More than one limit of the file holds for the pool, and the least decides. The message says which, or what comes on top of it.',
  POOL_NOT_READ:
    "A line of the file has the name of a pool's setting and belongs to none of the pools that were converted. The message says where it is.",
  REFERENCE_IN_FILE:
    'In the file that `poolctl emit` puts settings into, a value came from outside: from a variable of the environment, or through a template. Where its syntax has a default, the reference stays and the default changes; else the number takes its place.',
  SETTING_NOT_WRITTEN:
    'The file that `poolctl emit` puts settings into has a value there that holds more than the setting, such as SQL with a purpose of its own. It was left as it is.',
  DEPLOY_WITH_OUTAGE:
    'One Pod, and no room for a second one while a deploy runs: the old one has to stop before the new one is ready. See `poolctl explain rolling-deploy`.',
  READERS_DIFFER:
    'A value of the file that was read is another one for other programs, or stops the program that reads it: a number such as 010 in YAML, a # or a quote in a .env, a blank at the end of a line of properties. It was read as the system in question reads it; the message says how others do.',
  SETTING_DROPPED:
    'A setting of the file that `convert` read is in no snippet: a pool of the target has no such setting, or poolctl does not write it. The message says what it did.',
  DSN_SETTINGS_UNUSED:
    "The DSN has settings that poolctl has no use for, such as those of the application's pool. What chooses another server, database, schema or security is honoured or refused instead. `poolctl explain dsn` says more.",
  PASSWORD_FILE_IGNORED:
    'The file with the passwords (~/.pgpass, PGPASSFILE) may be read by others than its owner, so neither libpq nor poolctl reads it.',
  PASSWORD_ON_COMMAND_LINE:
    'The DSN on the command line has a password in it, which the history of the shell keeps and other users may have seen. See `poolctl explain dsn` for quieter ways.',
  OTHERS_COUNTED_NOW:
    "The budget of a live server leaves out the sessions that other users have open at this moment; those of the DSN's own user are taken for the application that is being sized.",
  NOT_ALL_SEEN:
    'The user lacks a privilege, so a part of the answer is a total without its parts. The hint has the GRANT that shows them.',
  POOLER_IN_PATH:
    "A pooler or proxy (PgBouncer, RDS Proxy, Supavisor, ProxySQL) stands between poolctl and the server. Limits and sessions read through it are the server's; the application meets the pooler's own limits first.",
  ADMIN_LOGIN:
    'The user of the DSN is an administrator, for whom slots are kept and some limits do not count. An application has less.',
  SERVER_STOOD_STILL:
    'During a probe the server answered neither the load nor the watch for a part of a second, and then went on. Longer pauses stop the probe.',
  GUARD_IS_BLIND:
    'A guard of a probe cannot see what it watches for, as this user or on this kind of server. The message says which, the hint how it would see.',
  LEFT_BY_KILLED_PROBE:
    'A probe that was killed (kill -9) could not clean up. The tables and schemas that its workload made are still there, or statements that it sent through a pooler still run; `poolctl probe <dsn> --clean` removes them, with the DSN of the server itself.',
  LOWERED_BY_OPEN_FILES:
    'MySQL and MariaDB let in no more connections than the operating system lets them open files: they lower max_connections at their start, or leave clients without an answer. SHOW VARIABLES has the lowered value. See `poolctl profiles show mysql`.',
  SERVER_NEARLY_FULL: 'Less than a tenth of the connections that this user may have are free now.',
  LIMIT_MISSES_OLDER:
    'A user has more sessions than its limit. MySQL counts a session against max_user_connections or MAX_USER_CONNECTIONS only where there was a limit when it logged in; MariaDB counts all of them only where it was started with a global limit. As many as the limit says may come on top.',
  SERVER_WAS_FULL:
    'Since the server started, or its status was flushed, nearly all of its connections were open at once.',
  CONNECTIONS_REFUSED: 'The server counts connections that it refused because max_connections was reached.',
  IDLE_IN_TRANSACTION:
    'Sessions have begun a transaction and do nothing in it. They hold a connection of their pool, and keep locks and old row versions.',
  SERVER_IS_REPLICA: 'The server follows another one and takes no writes. It has a budget of connections of its own.',
  MEASUREMENTS_DISAGREE:
    "Connections in use were measured in two independent ways, by counters (Little's law) and by sampling sessions, and the two contradict each other: one does not see all.",
  WINDOW_SHORT: 'Counters of a server lag behind, which matters most in a short window.',
  WINDOW_CUT_SHORT: 'The measurement ended before its time; its figures are of what was seen until then.',
  LOAD_UNSTEADY:
    'The busiest stretch of the window had at least one and a half times the mean rate. A pool is sized for the busiest time.',
  SEVERAL_USERS_MEASURED: 'The counters are of the whole server, and several users had load.',
  PROBE_CUT_SHORT: 'A probe was interrupted, or its guard stopped it. The figures are of what was measured until then.',
  SHARDS_LEFT_OUT:
    'Shards of a probe were put together although others left no result (--allow-missing). The server may have borne their load too, but no figure counts it, so nothing is recommended or proved.',
  SHARD_WAS_LATE:
    'One of several processes that shared a load sent its requests late, by more than a tenth of the p99: its times are partly its own. The report has the figures without it too.',
  NOT_CLEANED_UP:
    'A probe could not see that all its sessions and tables are gone. Sessions end by the time limits that each was given at its start; the message has the statements that remove the rest.',
  TRANSPORT_ONLY:
    'The probe ran a statement that does no work, such as SELECT 1. Its throughput is that of network, driver and pool, and its knee is nearly always that of the client: no pool should be sized by it.',
  CLIENT_IS_THE_LIMIT:
    'The event loop of poolctl, or the processor that it shares with the server, was at its limit in some steps of a probe. What was measured there is not what the server can do.',
  LAG_SPOILS_PERCENTILES:
    'In an open loop, requests are sent when they are due. Where poolctl itself was late by more than a tenth of the p99, that delay is part of the highest percentiles; it has a column of its own.',
  OVER_CAPACITY:
    'In an open loop, more requests were due than the pool could serve. Its queue grows without end then, and no percentile of the wait means anything but that.',
  NOT_STEADY: 'The rate of a run still changed from its first half to its second by more than chance explains.',
  POOL_IS_SHARDED:
    'With --threads each thread has a pool with its part of the connections: several queues instead of one.',
  NOT_ENCRYPTED:
    'The connection to a server on another machine is not encrypted: password and data go over the network as they are.',
  LISTENS_TO_OTHERS:
    '`watch --listen` has an address that other machines reach. It serves names of users, databases and applications, unencrypted.',
  DEMAND_CLOSED_LOOP:
    'Metrics show a pool with nearly all connections in use, or with requests that wait. The rate is what the pool let through then, and no longer what was asked of it: callers that wait for their answer ask less often.',
  DEMAND_NOT_SERVED:
    'Fewer than 95 % of the requests of the measured time got a connection and gave it back: the others timed out, were refused, or still held theirs. The rate counts them all, so repeated attempts count more than once.',
  DEMAND_RESTARTED:
    'Counters began again at 0 in the measured time, because processes were started anew. Rates allow for it, but what came between the last scrape and the restart is lost.',
  DEMAND_GAPS:
    'Metrics were scraped too rarely in the measured time for a rate to be trusted, or not at all for a part of it.',
  DEMAND_UNEVEN:
    'One instance has more of the load than the others. All have pools of one size, which has to suffice for the busiest.',
  DEMAND_UNITS:
    'Metrics of one pool contradict each other by more than chance: hold times do not go with their own buckets, or with the connections in use. Mostly one is in ms and is taken for s, or they are of different pools.',
  DEMAND_WITHOUT_PEAK:
    'The busiest hour of the history is not known, so the load is that of the window alone, which may have been a quiet one.',
  METRICS_POOL_UNNAMED:
    'The name of the pool has unknown_host, unknown_port or unknown_database in it: @opentelemetry/instrumentation-pg names a pool by host, port and database of its options and does not read a URL. All pools of a process that are given a URL are one series, with their sizes added up. See `poolctl explain metrics`.',
  METRICS_POOLS_MIXED:
    'Metrics show more connections in use than the pool may have, or a count below 0: an instrumentation counted two pools of a process into each other, so connections in use, idle connections and waiting requests are of neither. See `poolctl explain metrics`.',
  METRICS_WAITERS_UNCOUNTED:
    'Metrics show all connections in use again and again, and not one request that waited: the instrumentation does not see those that wait until the pool lends the next connection. A pool that is too small looks large enough. See `poolctl explain metrics`.',
  METRICS_USED_AT_REST:
    'By the metrics the pool was never at rest, although chance alone would have left it so now and then: the instrumentation counts a connection as in use before the pool has taken it back, and nothing corrects that while nothing happens. The load is too high by up to that. See `poolctl explain metrics`.',
  METRICS_LOSSES_UNCOUNTED:
    'The pool was full or requests waited, and the source, a pooler or a server, counts those whom it serves: who was refused or gave up is in none of its metrics. See `poolctl explain metrics`.',
} as const;

/** The code of a warning; stable. */
export type WarningCode = keyof typeof warningCodes;
