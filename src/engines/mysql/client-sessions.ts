/**
 * What poolctl takes for sessions of clients among the rows of PROCESSLIST: all that take a slot of max_connections. Neither
 * the threads of replication (system user) nor the event scheduler do, nor an event at work, which has the name of its
 * definer and says Connect for as long as it runs; a login that is under way says Connect as well, but has no name yet.
 * Seen on MariaDB 10.11 and MySQL 9.7.
 */
export function isClient(command: string, user: string): string {
  return `(${command} NOT IN ('Daemon', 'Slave_IO', 'Slave_SQL', 'Slave_worker')
   AND ${user} NOT IN ('system user', 'event_scheduler')
   AND (${command} <> 'Connect' OR ${user} = 'unauthenticated user'))`;
}

/** Less the replicas that read the binary log: those take a slot, and are in no application's pool. */
export function isOfPool(command: string): string {
  return `${command} NOT IN ('Binlog Dump', 'Binlog Dump GTID')`;
}
