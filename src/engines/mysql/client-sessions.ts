const ownCommands: readonly string[] = ['Daemon', 'Slave_IO', 'Slave_SQL', 'Slave_worker'];
const ownUsers: readonly string[] = ['system user', 'event_scheduler'];
const notYetIn = 'unauthenticated user';

/**
 * What poolctl takes for sessions of clients among the rows of PROCESSLIST: all that take a slot of max_connections. Neither
 * the threads of replication (system user) nor the event scheduler do, nor an event at work, which has the name of its
 * definer and says Connect for as long as it runs; a login that is under way says Connect as well, but has no name yet.
 * Seen on MariaDB 10.11 and MySQL 9.7.
 */
export function isClient(command: string, user: string): string {
  return `(${command} NOT IN (${listOf(ownCommands)}) AND ${user} NOT IN (${listOf(ownUsers)})
   AND (${command} <> 'Connect' OR ${user} = '${notYetIn}'))`;
}

/**
 * The same among the rows of performance_schema.threads, where a thread of replication has the name of the user who started
 * it and says Query. Seen on MySQL 9.7; before 8.0.26 its name has `slave`.
 */
export function isClientThread(name: string, command: string, user: string): string {
  // Nearly all have the first name, and are then known by one comparison.
  return `((${name} = 'thread/sql/one_connection'
    OR LEFT(${name}, 19) <> 'thread/sql/replica_' AND LEFT(${name}, 17) <> 'thread/sql/slave_')
   AND ${isClient(command, user)})`;
}

/** The same of a row that is here. */
export function isClientRow(command: string, user: string): boolean {
  if (ownCommands.includes(command) || ownUsers.includes(user)) return false;
  return command !== 'Connect' || user === notYetIn;
}

function listOf(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(', ');
}

/** Less the replicas that read the binary log: those take a slot, and are in no application's pool. */
export function isOfPool(command: string): string {
  return `${command} NOT IN ('Binlog Dump', 'Binlog Dump GTID')`;
}
