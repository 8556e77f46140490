/** From this version on, the ids of sessions are the places of their processes, of which clients have the first max_connections (proc.c). */
const placesSince = 17;
/** Before this version a walsender takes a slot of max_connections. */
const ownWalsenderSlotsSince = 12;

/** The major version in what a PostgreSQL says of itself, `18.4` or `13.23 (Debian 13.23-1)`; 0 where it is no number. */
export function postgresMajor(version: string): number {
  return Number(/^\d+/.exec(version)?.[0] ?? 0);
}

/**
 * What poolctl takes for sessions of clients, as a table for FROM: the rows of pg_stat_activity, with `is_unsure` for those
 * that may be parallel or background workers of other users, which only pg_monitor shows. From 17 on, every user is told
 * exactly. Before, a user without pg_monitor sees neither kind nor state of others: autovacuum has no user, walsenders and
 * the workers of subscriptions are known by their process. Seen on 13, 15 and 18.
 */
export function clientSessions(major: number): string {
  return sessionsOf(major, 'NOT w.is_walsender');
}

/** The same for what takes a slot of max_connections: before PostgreSQL 12, walsenders as well. */
export function slotHolders(major: number): string {
  return sessionsOf(major, major < ownWalsenderSlotsSince ? 'TRUE' : 'NOT w.is_walsender');
}

function sessionsOf(major: number, which: string): string {
  const isUnsure = major < placesSince ? 'a.backend_type IS NULL AND NOT w.is_walsender' : 'FALSE';
  return `(SELECT a.*, w.is_walsender, ${isUnsure} AS is_unsure
   FROM pg_stat_activity a
   CROSS JOIN LATERAL (SELECT a.pid IN (SELECT pid FROM pg_stat_get_wal_senders()) AS is_walsender) w
   WHERE ${which} AND (w.is_walsender OR ${major < placesSince ? byKind : byPlace}))`;
}

const byPlace = `a.pid IN (SELECT pg_stat_get_backend_pid(place) FROM pg_stat_get_backend_idset() AS place
  WHERE place < current_setting('max_connections')::int)`;

const byKind = `CASE WHEN a.backend_type IS NOT NULL THEN a.backend_type = 'client backend'
  ELSE a.usesysid IS NOT NULL AND a.datid IS NOT NULL
   AND a.pid NOT IN (SELECT pid FROM pg_stat_get_subscription(NULL) WHERE pid IS NOT NULL) END`;
