/** From this version on, the ids of sessions are the places of their processes, of which clients have the first max_connections (proc.c). */
const placesSince = 17;
/** Before this version a walsender takes a slot of max_connections. */
const ownWalsenderSlotsSince = 12;
/**
 * From these minor versions on, and on 18, the CONNECTION LIMIT of a role or database counts clients alone (release notes of
 * 2025-02-13). Before, walsenders count too, and in a database autovacuum.
 */
const limitsCountClientsSince: Readonly<Record<number, number>> = { 13: 19, 14: 16, 15: 11, 16: 7, 17: 3 };

/** The major version in what a PostgreSQL says of itself, `18.4` or `13.23 (Debian 13.23-1)`; 0 where it is no number. */
export function postgresMajor(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0);
}

/**
 * What poolctl takes for sessions of clients, as a table for FROM: the rows of pg_stat_get_activity, without the names that
 * pg_stat_activity looks up for each. `is_self` is the one that asks, `is_here` in its database; `is_unsure` for those that may be parallel or background workers of other users, which only pg_monitor shows. From 17 on,
 * every user is told exactly. Before, a user without pg_monitor sees neither kind nor state of others: autovacuum has no
 * user, walsenders and the workers of subscriptions are known by their process. Seen on 13, 15 and 18.
 */
export function clientSessions(major: number): string {
  return sessionsOf(major, isClient(major));
}

/**
 * The same for all that takes a slot of max_connections, or a place of the CONNECTION LIMIT of its role or database:
 * `takes_slot` tells them apart. Walsenders take slots before PostgreSQL 12.
 */
export function limitHolders(version: string): string {
  const major = postgresMajor(version);
  const takesSlot = major < ownWalsenderSlotsSince ? `(${isWalsender} OR ${isClient(major)})` : isClient(major);
  return limitsCountClients(version)
    ? sessionsOf(major, takesSlot)
    : sessionsOf(major, `(${takesSlot} OR ${isWalsender} OR ${isAutovacuum})`, takesSlot);
}

function limitsCountClients(version: string): boolean {
  const [, major = 0, minor = 0] = /^(\d+)\.?(\d*)/.exec(version)?.map(Number) ?? [];
  const since = limitsCountClientsSince[major];
  return since === undefined ? major > 17 : minor >= since;
}

function sessionsOf(major: number, which: string, takesSlot = 'TRUE'): string {
  const sendersTakeSlots = major < ownWalsenderSlotsSince;
  return `(SELECT a.*, a.pid = pg_backend_pid() AS is_self,
    a.datid = (SELECT datid FROM pg_stat_get_activity(pg_backend_pid())) AS is_here,
    ${takesSlot} AS takes_slot, ${sendersTakeSlots ? isWalsender : 'FALSE'} AS is_walsender,
    ${major < placesSince ? `a.backend_type IS NULL${sendersTakeSlots ? ` AND NOT ${isWalsender}` : ''}` : 'FALSE'} AS is_unsure
   FROM pg_stat_get_activity(NULL) AS a
   WHERE ${which})`;
}

function isClient(major: number): string {
  return `CASE WHEN a.backend_type IS NOT NULL THEN a.backend_type = 'client backend'
    ELSE ${major < placesSince ? isHiddenClient : hasPlaceOfClient} END`;
}

const isWalsender = 'a.pid IN (SELECT pid FROM pg_stat_get_wal_senders())';
/** Alone in having a database and no user. */
const isAutovacuum = '(a.datid IS NOT NULL AND a.usesysid IS NULL)';

const hasPlaceOfClient = `a.pid IN (SELECT pg_stat_get_backend_pid(place) FROM pg_stat_get_backend_idset() AS place
     WHERE place < current_setting('max_connections')::int)`;

const isHiddenClient = `a.usesysid IS NOT NULL AND a.datid IS NOT NULL AND NOT ${isWalsender}
     AND a.pid NOT IN (SELECT pid FROM pg_stat_get_subscription(NULL) WHERE pid IS NOT NULL)`;
