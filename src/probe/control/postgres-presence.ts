import { numberIn, type Row, textIn } from '../../engines/rows.ts';
import type { Gathering, MeetingPlace } from '../shards/meet.ts';
import { shardTaken } from '../shards/shard-taken.ts';
import { type SessionName, sessionNameOf } from './session-name.ts';
import { type LoadTag, partOfPlan, runOfTag } from './tags.ts';

type Rows = (sql: string) => Promise<Row[]>;

/** A control session that is seen by its name. */
interface Watcher extends SessionName {
  readonly isSelf: boolean;
}

const watchersSql = `SELECT application_name AS name, pid = pg_backend_pid() AS self FROM pg_stat_activity
  WHERE application_name LIKE 'poolctl-%'`;

/**
 * How a probe is seen on PostgreSQL by others: by the name of its control session. A shard's has the moment in it at which
 * it came, by the server's clock, so that all compute the same common start: `backend_start` is that of a session opened
 * much earlier or, after a loss, later, and other users do not see it.
 */
export class PostgresPresence implements MeetingPlace {
  readonly #rows: Rows;
  readonly #run: string;
  readonly #tag: LoadTag;
  #name: string | undefined;
  /** Of names that this process has had: a session that was lost may still be seen. */
  readonly #own = new Set<number>();
  /** When the last shard came, and all were there. */
  #metUs = Number.POSITIVE_INFINITY;

  constructor(tag: LoadTag, rows: Rows) {
    this.#tag = tag;
    this.#run = runOfTag(tag);
    this.#rows = rows;
  }

  /** A shard that came later than all had met is not the one that is missed. */
  get metUs(): number {
    return this.#metUs;
  }

  /** Gives its name to a session that was opened anew. */
  async renew(rows: Rows): Promise<void> {
    if (this.#name !== undefined) await rows(renamed(`'${this.#name}'`));
  }

  /** Names probes and plans that were first; nothing is then claimed. @throws PoolctlError SHARD_TAKEN */
  async claim(): Promise<readonly string[]> {
    const { shard } = this.#tag;
    const { others, watchers } = await this.#look();
    if (others.length > 0) return others;
    if (!shard) {
      await this.#rename(`'poolctl-watch/${this.#run}'`);
      return [];
    }
    this.#refuseTwin(watchers);
    await this.#rename(stamped(`poolctl-watch/${this.#run}/${shard.index}`));
    await this.#orElseNameless(async () => this.#refuseTwin((await this.#look()).watchers));
    return [];
  }

  async arrive(): Promise<void> {
    const { index, of } = partOfPlan(this.#tag);
    this.#refuseTwin((await this.#look()).watchers);
    await this.#rename(stamped(`poolctl-watch/${this.#run}/${index}of${of}`));
    await this.#orElseNameless(async () => this.#refuseTwin((await this.#look()).watchers));
  }

  async gather(leadMs: number): Promise<Gathering> {
    const { of } = partOfPlan(this.#tag);
    const { watchers } = await this.#look();
    if (sessionNameOf(this.#name)?.of !== undefined) this.#refuseTwin(watchers);
    const cameUs = new Map<number, number>();
    for (const { shard, of: whole, sinceUs } of watchers) {
      if (shard === undefined || whole !== of || sinceUs === undefined) continue;
      cameUs.set(shard, Math.min(sinceUs, cameUs.get(shard) ?? sinceUs));
    }
    const present = [...cameUs.keys()].sort((one, other) => one - other);
    if (present.length < of) return { present };
    this.#metUs = Math.min(this.#metUs, Math.max(...cameUs.values()));
    return { present, startMs: Math.max(...cameUs.values()) / 1_000 + leadMs };
  }

  async present(): Promise<readonly number[]> {
    return (await this.gather(0)).present;
  }

  async serverMs(): Promise<number> {
    const [row] = await this.#rows('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
    return numberIn(row, 'ms') ?? Number.NaN;
  }

  /** It still watches: its load is no leftover. */
  async leave(): Promise<void> {
    await this.#rename(stamped(`poolctl-watch/${this.#run}/${partOfPlan(this.#tag).index}`));
  }

  async #look(): Promise<{ readonly others: readonly string[]; readonly watchers: readonly Watcher[] }> {
    const rows = await this.#rows(watchersSql);
    const all = rows.flatMap((row) => {
      const name = sessionNameOf(textIn(row, 'name'));
      return name ? [{ ...name, isSelf: row['self'] === true }] : [];
    });
    const others = all.filter(({ run }) => run !== this.#run).map(({ run }) => run);
    return {
      others: [...new Set(others)].sort(),
      watchers: all.filter(({ kind, run }) => kind === 'watch' && run === this.#run),
    };
  }

  async #rename(name: string): Promise<void> {
    const [row] = await this.#rows(renamed(name));
    this.#name = textIn(row, 'name');
    const { sinceUs } = sessionNameOf(this.#name) ?? {};
    if (sinceUs !== undefined) this.#own.add(sinceUs);
  }

  /** Of two processes that are the same shard the later one gives way. */
  #refuseTwin(watchers: readonly Watcher[]): void {
    const { index, of } = partOfPlan(this.#tag);
    const own = sessionNameOf(this.#name);
    const twin = watchers.find(({ shard, isSelf, sinceUs = 0, of: whole }) => {
      if (shard !== index || isSelf || this.#own.has(sinceUs)) return false;
      if (own?.of !== whole) return whole !== undefined || own === undefined;
      return sinceUs < (own?.sinceUs ?? Number.POSITIVE_INFINITY);
    });
    if (twin) throw shardTaken(index, of, `a session named poolctl-watch/${this.#run}/${index} is there`);
  }

  async #orElseNameless(check: () => Promise<void>): Promise<void> {
    await check().catch(async (error: unknown) => {
      this.#name = undefined;
      await this.#rows(renamed("'poolctl'")).catch(() => {});
      throw error;
    });
  }
}

/** `name`: as SQL. */
function renamed(name: string): string {
  return `SELECT set_config('application_name', ${name}, false) AS name`;
}

function stamped(name: string): string {
  return `'${name}@' || floor(extract(epoch FROM clock_timestamp()) * 1000000)::bigint`;
}
