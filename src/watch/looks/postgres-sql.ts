import { clientSessions, postgresMajor } from '../../engines/postgres/client-sessions.ts';
import { endedTransactions } from '../../engines/postgres/ended-transactions.ts';

/** The first version that counts the sessions that were opened. */
const openedSince = 14;
const mostTransactions = 10;

/** An aborted transaction has no xact_start any more: its age is since it was aborted. */
const began = `coalesce(xact_start, CASE WHEN state LIKE 'idle in transaction%' THEN state_change END)`;

/** A login in progress looks like a transaction on 18 (findings/postgresql-18-login-in-progress-is-a-transaction.sh). */
const isLoggedIn = "state <> 'starting'";

/** The longest open transactions of clients that this user may see, without poolctl's own; the longest first. */
export function transactionsSql(version: string): string {
  return `SELECT pg_get_userbyid(usesysid) AS usename,
   (SELECT datname FROM pg_database WHERE oid = longest.datid) AS datname, application_name, host(client_addr) AS client,
   state, greatest(0, extract(epoch FROM clock_timestamp() - began))::float8 AS seconds
  FROM (SELECT usesysid, datid, application_name, client_addr, state, ${began} AS began
    FROM ${clientSessions(postgresMajor(version))} AS sessions
    WHERE NOT is_self AND ${isLoggedIn} AND ${began} IS NOT NULL ORDER BY began LIMIT ${mostTransactions}) AS longest
  ORDER BY seconds DESC`;
}

/** Counters since the start, or since they were reset. */
export function databasesSql(version: string): string {
  const major = postgresMajor(version);
  const opened = major >= openedSince ? 'sum(sessions)::float8' : 'NULL';
  return `SELECT ${opened} AS opened, sum(${endedTransactions(major)})::float8 AS transactions
   FROM pg_stat_database WHERE datid <> 0`;
}
