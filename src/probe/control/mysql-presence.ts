import { PoolctlError } from '../../base/errors.ts';
import { allowed } from '../../engines/mysql/answers.ts';
import { numberIn, type Row } from '../../engines/rows.ts';
import type { Session } from '../../engines/session.ts';
import { probeLock, shardLock } from '../../inspect/leftovers.ts';
import type { Gathering, MeetingPlace } from '../shards/meet.ts';
import { shardTaken } from '../shards/shard-taken.ts';
import { type LoadTag, partOfPlan, runOfTag } from './tags.ts';

/** Asks the control session, without another question in between. */
type Ask = <T>(question: (session: Session) => Promise<T>) => Promise<T>;

/** What the locks tell of a plan. */
export interface SeenPlan {
  /** Shards that are there, since all have met without a break; from 0. */
  readonly shards: readonly number[];
  /** The control sessions of all of them. */
  readonly sessions: readonly number[];
}

/**
 * How a probe is seen on MySQL and MariaDB by others: by user locks of its control session, which name nobody else and need
 * no privilege. A shard holds `poolctl/PLAN/INDEX` while it watches, and `…/ofN` from its arrival on. A lock is found only
 * by its name: so the first shard gives the common start as one, `poolctl/PLAN/at/SECONDS`, and the others try all that it
 * can be. At most 64 characters.
 */
export class MysqlPresence implements MeetingPlace {
  readonly #ask: Ask;
  readonly #plan: string;
  readonly #tag: LoadTag;
  /** Held, and taken again by a session that is opened anew. */
  readonly #held = new Set<string>();
  /** The sessions of all shards when they were there together. */
  #met: ReadonlyMap<number, number> | undefined;

  constructor(tag: LoadTag, ask: Ask) {
    this.#tag = tag;
    this.#plan = runOfTag(tag);
    this.#ask = ask;
  }

  /** The locks went with the session that was lost; where the server does not know that yet, a later look takes them. */
  async renew(session: Session): Promise<void> {
    for (const name of this.#held) await allowed(session, takeSql(name));
  }

  /** Names the session that was first; nothing is then claimed. @throws PoolctlError SHARD_TAKEN, PROBE_REFUSED */
  async claim(): Promise<readonly string[]> {
    if (this.#tag.shard) return this.#claimShard();
    const [row] = (await this.#ask((session) => allowed(session, takeSql(probeLock)))) ?? [];
    // A server that has no user locks (Galera in strict mode) cannot tell; so be it.
    if (numberIn(row, 'got') === 0) return [sessionOf(row)];
    this.#held.add(probeLock);
    return [];
  }

  async #claimShard(): Promise<readonly string[]> {
    const { index } = partOfPlan(this.#tag);
    const own = shardLock(this.#plan, index);
    await this.#takeAsShard(own);
    const row = await this.#take(probeLock);
    if (numberIn(row, 'got') !== 0) return [];
    const { sessions } = await this.look();
    if (sessions.includes(numberIn(row, 'holder') ?? -1)) return [];
    await this.#release([own, probeLock]);
    return [sessionOf(row)];
  }

  async arrive(): Promise<void> {
    const { index } = partOfPlan(this.#tag);
    await this.#takeAsShard(shardLock(this.#plan, index));
    await this.#takeAsShard(this.#arrival(index));
    await this.#refuseOneLockServer();
  }

  async gather(leadMs: number, agreedMs?: number): Promise<Gathering> {
    const { index, of } = partOfPlan(this.#tag);
    // A second behind, for a clock that turns meanwhile, and one more than the start is rounded up by.
    const afterS = Array.from({ length: Math.ceil(leadMs / 1_000) + 4 }, (_, k) => k - 1);
    const columns = [
      ...this.#arrivals(),
      ...afterS.map((s, k) => `IS_USED_LOCK(CONCAT('${this.#start('')}', ${nowUs} DIV 1000000 + ${s})) AS t${k}`),
      `IS_USED_LOCK('${this.#start(agreedMs === undefined ? 'none' : agreedMs / 1_000)}') AS agreed`,
      `IS_USED_LOCK('${this.#start('')}') AS given`,
      `${nowUs} AS us`,
    ];
    const [row] = await this.#rows(`SELECT ${columns.join(', ')}`);
    const ids = arrivedIn(row, of);
    if (agreedMs !== undefined) {
      const present = stillThere(ids, this.#met);
      return { present, ...(numberIn(row, 'agreed') !== undefined && { startMs: agreedMs }) };
    }
    const present = [...ids.keys()];
    if (present.length < of) return { present };
    this.#met = ids;
    const us = numberIn(row, 'us') ?? Number.NaN;
    const inS = afterS.find((_, k) => numberIn(row, `t${k}`) !== undefined);
    if (inS !== undefined) return { present, startMs: (Math.floor(us / 1e6) + inS) * 1_000 };
    if (numberIn(row, 'given') !== undefined) return { present, isOver: true };
    if (index > 0) return { present };
    const startS = Math.ceil((us / 1_000 + leadMs) / 1_000);
    await this.#takeAsShard(this.#start(startS));
    await this.#takeAsShard(this.#start(''));
    return { present, startMs: startS * 1_000 };
  }

  async present(): Promise<readonly number[]> {
    const { of } = partOfPlan(this.#tag);
    const [row] = await this.#rows(`SELECT ${this.#arrivals().join(', ')}`);
    return [...arrivedIn(row, of).keys()];
  }

  async serverMs(): Promise<number> {
    const [row] = await this.#rows(`SELECT ${nowUs} AS us`);
    return (numberIn(row, 'us') ?? Number.NaN) / 1_000;
  }

  /** It still watches: its load and its tables are no leftovers. */
  async leave(): Promise<void> {
    const staying = [probeLock, shardLock(this.#plan, partOfPlan(this.#tag).index)];
    await this.#release([...this.#held].filter((name) => !staying.includes(name)));
  }

  /**
   * Who of the plan is there. Takes what this session has lost, and what the shard that held it for all has given up: no
   * other probe begins while one of them is at work.
   */
  async look(): Promise<SeenPlan> {
    const { of } = partOfPlan(this.#tag);
    const wanted = this.#held.size === 0 ? [] : [...this.#held, probeLock];
    const columns = [
      ...wanted.map((name, k) => `IF(IS_USED_LOCK('${name}') IS NULL, GET_LOCK('${name}', 0), 0) AS taken${k}`),
      ...Array.from({ length: of }, (_, k) => `IS_USED_LOCK('${shardLock(this.#plan, k)}') AS w${k}`),
      ...this.#arrivals(),
    ];
    const [row] = await this.#rows(`SELECT ${columns.join(', ')}`);
    const sessions = Array.from({ length: of }, (_, k) => numberIn(row, `w${k}`) ?? []).flat();
    return { shards: stillThere(arrivedIn(row, of), this.#met), sessions };
  }

  #arrivals(): string[] {
    const { of } = partOfPlan(this.#tag);
    return Array.from({ length: of }, (_, k) => `IS_USED_LOCK('${this.#arrival(k)}') AS s${k}`);
  }

  #arrival(index: number): string {
    return `${shardLock(this.#plan, index)}/of${partOfPlan(this.#tag).of}`;
  }

  /** The lock that says when the common start is, or without a number that there is one. */
  #start(seconds: number | string): string {
    return `poolctl/${this.#plan}/at/${seconds}`;
  }

  async #take(name: string): Promise<Row | undefined> {
    const [row] = await this.#rows(takeSql(name));
    if (numberIn(row, 'got') === 1) this.#held.add(name);
    return row;
  }

  async #takeAsShard(name: string): Promise<void> {
    const { index, of } = partOfPlan(this.#tag);
    const row = await this.#take(name);
    if (numberIn(row, 'got') !== 1) throw shardTaken(index, of, `${sessionOf(row)} holds the lock ${name}`);
  }

  async #release(names: readonly string[]): Promise<void> {
    for (const name of names) this.#held.delete(name);
    if (names.length > 0) await this.#rows(`SELECT ${names.map((name) => `RELEASE_LOCK('${name}')`).join(', ')}`);
  }

  /** MySQL before 5.7.5 and MariaDB before 10.0.2 give up a lock for the next one. */
  async #refuseOneLockServer(): Promise<void> {
    const isHeld = [...this.#held].map((name) => `IS_USED_LOCK('${name}') <=> CONNECTION_ID()`);
    const [row] = await this.#rows(`SELECT ${isHeld.join(' AND ')} AS held`);
    if (numberIn(row, 'held') === 1) return;
    throw refused('gives each session only one user lock (GET_LOCK)', 'Probe from one process, without --shards.');
  }

  async #rows(sql: string): Promise<Row[]> {
    const rows = await this.#ask((session) => allowed(session, sql));
    if (rows) return rows;
    throw refused('has no user locks (GET_LOCK)', 'Probe from one process, without --shards.');
  }
}

/** The server's time at the start of the statement; UNIX_TIMESTAMP(SYSDATE(6)) repeats an hour when summer time ends. */
const nowUs = `TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))`;

/** Taking a lock twice would count twice. */
function takeSql(name: string): string {
  const lock = `'${name}'`;
  return `SELECT IF(IS_USED_LOCK(${lock}) <=> CONNECTION_ID(), 1, GET_LOCK(${lock}, 0)) AS got, IS_USED_LOCK(${lock}) AS holder`;
}

function sessionOf(row: Row | undefined): string {
  return `session ${numberIn(row, 'holder') ?? 'unknown'}`;
}

/** Shards that have arrived, with the sessions that hold their locks. */
function arrivedIn(row: Row | undefined, of: number): ReadonlyMap<number, number> {
  const shards = Array.from({ length: of }, (_, k): [number, number | undefined] => [k, numberIn(row, `s${k}`)]);
  return new Map(shards.flatMap(([k, id]): [number, number][] => (id === undefined ? [] : [[k, id]])));
}

/** One that came again after all had met, in a session of another process, is not the one that is missed. */
function stillThere(now: ReadonlyMap<number, number>, met: ReadonlyMap<number, number> | undefined): number[] {
  return [...now].filter(([k, id]) => (met?.get(k) ?? id) === id).map(([k]) => k);
}

function refused(lack: string, hint: string): PoolctlError {
  return new PoolctlError('PROBE_REFUSED', `This server ${lack}, by which the shards of a plan find each other.`, {
    hint,
  });
}
