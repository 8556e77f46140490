import type { PoolctlError } from '../../base/errors.ts';
import { mysqlLoad } from '../../drivers/mysql2/driver.ts';
import { commentOf } from '../../drivers/tag.ts';
import { checkedFacts } from '../../engines/checked-facts.ts';
import type { ServerFacts } from '../../engines/facts.ts';
import { numberOf, pairs } from '../../engines/mysql/answers.ts';
import { isClientRow } from '../../engines/mysql/client-sessions.ts';
import { connectMysql, type MysqlSession } from '../../engines/mysql/connect.ts';
import { mysqlDialect } from '../../engines/mysql/dialect.ts';
import { mysqlFailure } from '../../engines/mysql/errors.ts';
import { mysqlFamilyFacts, replicationLagsMs } from '../../engines/mysql/facts.ts';
import { mariadbDialect } from '../../engines/mysql/mariadb.ts';
import { numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { OpenOptions } from '../../engines/session.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import { liveBudget } from '../../inspect/live-budget.ts';
import { meetingAt } from '../shards/meet.ts';
import type { Control } from './control.ts';
import { MysqlPresence, type SeenPlan } from './mysql-presence.ts';
import { mysqlReplicas } from './mysql-replicas.ts';
import { ControlSession } from './session.ts';
import { type LoadTag, partOfPlan, runOfTag } from './tags.ts';
import { writeOnOwnSession } from './write.ts';

/** Opens the session that watches a load and ends it. @throws PoolctlError */
export async function mysqlControl(target: ConnectionTarget, tag: LoadTag, options: OpenOptions): Promise<Control> {
  const presence = new MysqlPresence(tag, (question) => control.ask(question));
  const control = await ControlSession.open(async (open) => {
    const session = await connectMysql(target, open);
    await presence.renew(session);
    return session;
  }, options);
  const facts = () =>
    control.ask(async (session) =>
      checkedFacts(await mysqlFamilyFacts(session, session.isMariadb ? mariadbDialect : mysqlDialect)),
    );
  let first: Promise<ServerFacts> | undefined;
  /** Known from the first look: a server that is no replica does not become one during a load. */
  let follows: boolean | undefined;

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

    claim: () => presence.claim(),

    async look(own) {
      first ??= facts();
      const { limits } = await first.catch((error) => {
        first = undefined;
        throw error;
      });
      const startedMs = performance.now();
      const plan = tag.shard && (await presence.look());
      const tellers = { isOwn: loadTeller(tag, own), isOfPlan: planTeller(tag, plan) };
      const { seen, connected, lagsMs } = await control.ask((session) => askAll(session, tellers, follows !== false));
      const tookMs = performance.now() - startedMs;
      follows ??= lagsMs.length > 0;
      const caps = limits.caps.map((cap) => ({ ...cap, taken: seen.mine }));
      return {
        freeConnections: liveBudget({ ...limits, taken: connected, caps }).freeConnections,
        // Others that may not be listed are counted all the same.
        others: Math.max(seen.others, connected - seen.own - seen.ofPlan - 1),
        othersActive: seen.othersActive,
        own: { active: seen.ownActive, lockWaiting: seen.ownLocked },
        ...(plan && { planShards: plan.shards }),
        ...(lagsMs.length > 0 && { replicas: lagsMs.length, replicationLagMs: Math.max(...lagsMs) }),
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

    meeting: (times) => meetingAt(presence, partOfPlan(tag), times),

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

/**
 * SHOW takes the server less than half the time of a query on PROCESSLIST. The status is the server's, and that of the session
 * costs less than the global one, which sums up all sessions.
 */
async function askAll(session: MysqlSession, tellers: Tellers, mayFollow: boolean) {
  const status = pairs(await session.rows(`SHOW STATUS LIKE 'Threads_connected'`));
  const shown = await session.rows('SHOW PROCESSLIST');
  const connected = numberOf(status.get('Threads_connected')) ?? 0;
  return {
    seen: seenIn(shown, tellers, session),
    connected,
    lagsMs: mayFollow ? await replicationLagsMs(session) : [],
  };
}

/** Whose a row of SHOW PROCESSLIST is. */
interface Tellers {
  readonly isOwn: (row: Row) => boolean;
  /** Of another shard of the same plan. */
  readonly isOfPlan: (row: Row) => boolean;
}

function loadTeller({ text, isPooled }: LoadTag, own: readonly number[]): (row: Row) => boolean {
  if (isPooled) return (row) => textIn(row, 'Info')?.startsWith(commentOf(text)) === true;
  const ids = new Set(own);
  return (row) => ids.has(numberIn(row, 'Id') ?? 0);
}

/** Control sessions by their locks, loads by the comment of what they run. */
function planTeller(tag: LoadTag, plan: SeenPlan | undefined): (row: Row) => boolean {
  if (!plan) return () => false;
  const sessions = new Set(plan.sessions);
  const comment = `/* poolctl-probe/${runOfTag(tag)}/`;
  return (row) => sessions.has(numberIn(row, 'Id') ?? 0) || textIn(row, 'Info')?.startsWith(comment) === true;
}

/** How many sessions of clients are whose, and at work. */
function seenIn(rows: readonly Row[], { isOwn, isOfPlan }: Tellers, { processId: watcher, target }: MysqlSession) {
  const text = (row: Row, column: string) => textIn(row, column) ?? '';
  const clients = rows.filter((row) => isClientRow(text(row, 'Command'), text(row, 'User')));
  const user =
    textIn(
      rows.find((row) => numberIn(row, 'Id') === watcher),
      'User',
    ) ?? target.user;
  const isPeer = (row: Row) => !isOwn(row) && numberIn(row, 'Id') !== watcher && isOfPlan(row);
  const isOther = (row: Row) => !isOwn(row) && numberIn(row, 'Id') !== watcher && !isOfPlan(row);
  // Who has not logged in yet is nobody's work.
  const isActive = (row: Row) => !['Sleep', 'Connect'].includes(text(row, 'Command'));
  const active = clients.filter(isActive);
  return {
    mine: clients.filter((row) => textIn(row, 'User') === user).length,
    own: clients.filter(isOwn).length,
    ofPlan: clients.filter(isPeer).length,
    others: clients.filter(isOther).length,
    othersActive: active.filter((row) => isOther(row) && !/^Binlog Dump/.test(text(row, 'Command'))).length,
    ownActive: active.filter(isOwn).length,
    ownLocked: active.filter((row) => isOwn(row) && /lock/i.test(text(row, 'State'))).length,
  };
}

function isGone({ cause }: PoolctlError): boolean {
  return (cause as { errno?: number } | undefined)?.errno === 1094;
}

function integers(ids: readonly number[]): string {
  return ids.filter((id) => Number.isSafeInteger(id)).join(', ') || '0';
}
