import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import type { ReadOption } from '../../cli/options.ts';
import { dsnArgument } from '../../cli/server-flags.ts';
import { type Named, readTarget, readTimeoutMs } from '../../cli/target.ts';
import type { PoolerRequest } from '../../probe/pooler/meet.ts';
import { embeddedFlag, poolerFlags } from './flags.ts';

/** Where the load goes: to the server that was named, or to one that is started for it. */
export interface ProbePlace {
  readonly named: Named | undefined;
  /** Of a pooler: the server behind it, and its console. */
  readonly pooler?: PoolerRequest;
  readonly timeoutMs: number;
  /** What happens first, for a line of progress. */
  readonly what: string;
}

/** `[dsn] [pool]`, where either may be missing: `90/50` is a pool. */
export function sortArguments(args: readonly (string | undefined)[]): {
  readonly dsn: string | undefined;
  readonly pool: string | undefined;
} {
  const given = args.filter((arg) => arg !== undefined);
  const isPool = (text: string) => /^\d+(?:\/|$)/.test(text);
  const [dsn, secondDsn] = given.filter((text) => !isPool(text));
  const [pool] = given.filter(isPool);
  if (secondDsn === undefined) return { dsn, pool };
  throw new PoolctlError('USAGE', 'There are two arguments, and one server is probed at a time.', {
    hint: '`poolctl probe --help` shows how it is written.',
  });
}

/** @throws PoolctlError DSN_INVALID, INPUT_MISSING, INPUT_CONTRADICTION */
export async function findPlace(dsn: string | undefined, read: ReadOption, io: Io): Promise<ProbePlace> {
  if (!read(embeddedFlag.embedded)) {
    const named = await readTarget(dsnArgument(dsn), read, io);
    const place = { timeoutMs: named.timeoutMs, what: `probing ${named.target.address}` };
    const through = await readPooler(named, read, io);
    if (!through) return { ...place, named };
    return {
      ...place,
      pooler: through.pooler,
      named: { ...named, warnings: onceEach([...named.warnings, ...through.warnings]) },
    };
  }
  if (read(poolerFlags.control)) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--embedded brings a server of its own, with no pooler before it.', {
      hint: 'Leave out --embedded or --control.',
    });
  }
  if (dsn !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--embedded brings a server of its own; a DSN names another one.', {
      hint: 'Leave one of them out.',
    });
  }
  return { named: undefined, timeoutMs: readTimeoutMs(read), what: 'starting a throw-away PostgreSQL' };
}

/** What is true of several DSNs is said once. */
function onceEach(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [warning.code + warning.message, warning])).values()];
}

/** The server behind a pooler, and the pooler's console, where the flags name them. @throws PoolctlError */
async function readPooler(
  { target }: Named,
  read: ReadOption,
  io: Io,
): Promise<{ readonly pooler: PoolerRequest; readonly warnings: readonly Warning[] } | undefined> {
  const control = read(poolerFlags.control);
  const console = read(poolerFlags.console);
  if (!control) {
    if (!console) return undefined;
    throw new PoolctlError('INPUT_MISSING', `${console.source} is of a pooler, and which server is behind it?`, {
      hint: 'Add --control <dsn>.',
    });
  }
  const behind = await readTarget(control, read, io);
  if (behind.target.protocol !== target.protocol) {
    throw new PoolctlError('INPUT_CONTRADICTION', `${control.source} names a server of another kind than the DSN.`, {
      hint: 'Both are postgres://, or both mysql://.',
    });
  }
  const seen = console && (await readTarget(console, read, io));
  return {
    pooler: { control: behind.target, ...(seen && { console: seen.target }) },
    warnings: [...behind.warnings, ...(seen?.warnings ?? [])],
  };
}
