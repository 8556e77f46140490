import { setTimeout as sleep } from 'node:timers/promises';
import { checkedFacts } from '../../engines/checked-facts.ts';
import type { MysqlSession } from '../../engines/mysql/connect.ts';
import { mysqlDialect } from '../../engines/mysql/dialect.ts';
import { factsIn, userIn } from '../../engines/mysql/facts.ts';
import { mariadbDialect } from '../../engines/mysql/mariadb.ts';
import { type Said, saidAgain, saidBy } from '../../engines/mysql/said.ts';
import { innodbPauseMs } from '../../engines/mysql/sampler.ts';
import { sessionLister } from '../../engines/mysql/session-list.ts';
import { sessionsIn } from '../../engines/mysql/sessions.ts';
import { numberIn } from '../../engines/rows.ts';
import type { ConnectionTarget } from '../../engines/target.ts';
import type { TargetLook, Watcher } from '../look.ts';
import { type DoorOptions, doorOf, doorPortsIn, openThroughDoor } from './mysql-doors.ts';
import { mysqlLookIn } from './mysql-look.ts';
import { serverIds } from './mysql-server-id.ts';

/** How long limits, grants and settings of the server are taken for unchanged. */
const settingsMs = 10_000;

/** A MySQL or MariaDB: two round trips a look, of which the first may take more. @throws PoolctlError */
export async function watchMysql(target: ConnectionTarget, options: DoorOptions): Promise<Watcher> {
  const session = await openThroughDoor(target, options);
  try {
    const looks = mysqlLooks(session, options.application);
    const first = await looks();
    const door = doorOf(session, first.said, first.look);
    let { said } = first;
    return {
      kind: first.look.kind,
      ...(door !== undefined && { door }),
      get doorPorts() {
        return doorPortsIn(said);
      },
      get isOpen() {
        return session.isOpen;
      },
      async look() {
        const next = await looks();
        said = next.said;
        return next.look;
      },
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

function mysqlLooks(session: MysqlSession, application?: string): () => Promise<{ look: TargetLook; said: Said }> {
  const dialect = session.isMariadb ? mariadbDialect : mysqlDialect;
  const list = sessionLister(session, { isKept: true });
  const serverId = serverIds();
  let lastMs = Number.NEGATIVE_INFINITY;
  let before: { readonly said: Said; readonly atMs: number } | undefined;

  /** Limits, grants and settings, which cost the server as much as the rest, are asked for again after a while. */
  async function ask(): Promise<Said> {
    const isFresh = before !== undefined && performance.now() - before.atMs < settingsMs;
    const again = isFresh && before ? await saidAgain(session, dialect, before.said) : undefined;
    if (again) return again;
    const said = await saidBy(session, dialect, true);
    before = { said, atMs: performance.now() };
    return said;
  }

  return async () => {
    // Looks in closer succession would freeze the list of transactions, for everybody.
    const pauseMs = lastMs + innodbPauseMs - performance.now();
    if (pauseMs > 0) await sleep(pauseMs);
    const said = await ask();
    const rows = await list(said, userIn(said, session));
    lastMs = performance.now();
    const sessions = sessionsIn(rows, numberIn(said.own, 'id') ?? 0);
    const facts = checkedFacts(factsIn(session, dialect, said, rows, sessions));
    return { said, look: mysqlLookIn({ session, said, facts, sessions, serverId: serverId(said), application }) };
  };
}
