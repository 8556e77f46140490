import type { PoolctlError } from '../../base/errors.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { mysqlLoad } from '../../drivers/mysql2/driver.ts';
import { commentOf } from '../../drivers/tag.ts';
import { checkedFacts } from '../../engines/checked-facts.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { isClient, isOfPool } from '../../engines/mysql/client-sessions.ts';
import { connectMysql, type MysqlSession } from '../../engines/mysql/connect.ts';
import { mysqlDialect } from '../../engines/mysql/dialect.ts';
import { mysqlFailure } from '../../engines/mysql/errors.ts';
import { allowed, mysqlFamilyFacts, numberOf, pairs, replicationLagMs } from '../../engines/mysql/facts.ts';
import { mariadbDialect } from '../../engines/mysql/mariadb.ts';
import { numberIn } from '../../engines/rows.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { probeLock } from '../../inspect/leftovers.ts';
import { liveBudget } from '../../inspect/live-budget.ts';
import type { Control } from './control.ts';
import { mysqlReplicas } from './mysql-replicas.ts';
import { ControlSession } from './session.ts';
import type { LoadTag } from './tags.ts';
import { writeOnOwnSession } from './write.ts';

/** Opens the session that watches a load and ends it. @throws PoolctlError */
export async function mysqlControl(target: ConnectionTarget, tag: LoadTag, options: OpenOptions): Promise<Control> {
  let isClaimed = false;
  const claimSql = `SELECT GET_LOCK('${probeLock}', 0) AS got, IS_USED_LOCK('${probeLock}') AS holder`;
  const control = await ControlSession.open(async (open) => {
    const session = await connectMysql(target, open);
    // The lock went with the session that was lost.
    if (isClaimed) await allowed(session, claimSql);
    return session;
  }, options);
  const facts = () =>
    control.ask(async (session) =>
      checkedFacts(await mysqlFamilyFacts(session, session.isMariadb ? mariadbDialect : mysqlDialect)),
    );
  let first: Promise<ServerFacts> | undefined;
  let mayFollow = true;

  async function idsWhere(condition: string): Promise<number[]> {
    const rows = await control.rows(`SELECT ID AS id FROM information_schema.PROCESSLIST WHERE ${condition}`);
    return rows.map((row) => numberIn(row, 'id') ?? 0);
  }

  async function alive(processIds: readonly number[]): Promise<number[]> {
    if (processIds.length === 0 && !tag.isPooled) return [];
    const isOurs = tag.isPooled ? isLoadSql(tag, processIds) : `${isLoadSql(tag, processIds)} AND ${isMine}`;
    return idsWhere(isOurs);
  }

  async function kill(what: 'QUERY' | 'CONNECTION', ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      await control.rows(`KILL ${what} ${id}`).catch((error: PoolctlError) => {
        if (!isGone(error)) throw error;
      });
    }
  }

  return {
    get session() {
      return control.session;
    },
    facts,
    replicas: (found) => control.ask((session) => mysqlReplicas(session, found)),

    async claim() {
      // A server that has no user locks (Galera in strict mode) cannot tell; so be it.
      const [row] = (await control.ask((session) => allowed(session, claimSql))) ?? [];
      isClaimed = numberIn(row, 'got') !== 0;
      return isClaimed ? [] : [`session ${numberIn(row, 'holder') ?? 'unknown'}`];
    },

    async look(own) {
      first ??= facts();
      const { limits } = await first.catch((error) => {
        first = undefined;
        throw error;
      });
      const startedMs = performance.now();
      const { row, connected, lagMs } = await control.ask((session) => askAll(session, isLoadSql(tag, own), mayFollow));
      const tookMs = performance.now() - startedMs;
      mayFollow = lagMs !== undefined; // Asked once: a server that is no replica does not become one during a load.
      const count = (column: string) => numberIn(row, column) ?? 0;
      const caps = limits.caps.map((cap) => ({ ...cap, taken: count('mine') }));
      return {
        freeConnections: liveBudget({ ...limits, taken: connected, caps }).freeConnections,
        // Others that may not be listed are counted all the same.
        others: Math.max(count('others'), connected - count('own') - 1),
        othersActive: count('others_active'),
        own: { active: count('own_active'), lockWaiting: count('own_locked') },
        ...withoutUndefined({ replicationLagMs: lagMs }),
        tookMs,
      };
    },

    alive,
    cancel: async (processIds) => kill('QUERY', await alive(processIds)),
    terminate: async (processIds) => kill('CONNECTION', await alive(processIds)),

    async stopOverdue({ statementTimeoutMs, lockTimeoutMs }) {
      const isOlder = (ms: number) => `TIME >= ${Math.ceil(ms / 1_000)}`;
      const isOverdue = `${isOlder(statementTimeoutMs)} OR (STATE LIKE '%lock%' AND ${isOlder(lockTimeoutMs)})`;
      await kill('QUERY', await idsWhere(`${isLoadSql(tag, [])} AND (${isOverdue})`));
    },

    write: (statements) =>
      writeOnOwnSession(
        {
          driver: mysqlLoad,
          target,
          tag: tag.text,
          timeoutMs: options.timeoutMs,
          explain: (error) => mysqlFailure(error, target, { connected: true, greeting: undefined }),
          isForbidden: (error) => [1044, 1142, 1227].includes((error as { errno?: number }).errno ?? 0),
        },
        statements,
      ),

    close: () => control.close(),
  };
}

/** The name that this session logged in with; ids are never given twice, so id and name are enough. */
const isMine = `USER = LEFT(USER(), CHAR_LENGTH(USER()) - LOCATE('@', REVERSE(USER())))`;

/** Whether a session is of the load: by the comment of its statement, where it came through a pooler, else by its id. */
function isLoadSql({ text, isPooled }: LoadTag, own: readonly number[]): string {
  if (isPooled) return `COALESCE(INFO, '') LIKE '${commentOf(text)}%'`;
  return own.length === 0 ? 'FALSE' : `ID IN (${integers(own)})`;
}

async function askAll(session: MysqlSession, isOwn: string, mayFollow: boolean) {
  const status = pairs(await session.rows(`SHOW GLOBAL STATUS LIKE 'Threads_connected'`));
  const isOther = `ID <> CONNECTION_ID() AND NOT ${isOwn}`;
  const [row] = await session.rows(`SELECT COALESCE(SUM(${isMine}), 0) AS mine, COALESCE(SUM(${isOwn}), 0) AS own,
    COALESCE(SUM(${isOther}), 0) AS others, COALESCE(SUM(${isOther} AND COMMAND <> 'Sleep' AND ${isOfPool('COMMAND')}), 0) AS others_active,
    COALESCE(SUM(${isOwn} AND COMMAND <> 'Sleep'), 0) AS own_active,
    COALESCE(SUM(${isOwn} AND COMMAND <> 'Sleep' AND STATE LIKE '%lock%'), 0) AS own_locked
   FROM information_schema.PROCESSLIST WHERE ${isClient('COMMAND', 'USER')}`);
  const connected = numberOf(status.get('Threads_connected')) ?? 0;
  return { row, connected, lagMs: mayFollow ? await replicationLagMs(session) : undefined };
}

function isGone({ cause }: PoolctlError): boolean {
  return (cause as { errno?: number } | undefined)?.errno === 1094;
}

function integers(ids: readonly number[]): string {
  return ids.filter((id) => Number.isSafeInteger(id)).join(', ') || '0';
}
