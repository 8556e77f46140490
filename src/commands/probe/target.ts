import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { dsnArgument } from '../../cli/server-flags.ts';
import { type Named, readTarget, readTimeoutMs } from '../../cli/target.ts';
import { embeddedFlag } from './flags.ts';

/** Where the load goes: to the server that was named, or to one that is started for it. */
export interface ProbePlace {
  readonly named: Named | undefined;
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
    return { named, timeoutMs: named.timeoutMs, what: `probing ${named.target.address}` };
  }
  if (dsn !== undefined) {
    throw new PoolctlError('INPUT_CONTRADICTION', '--embedded brings a server of its own; a DSN names another one.', {
      hint: 'Leave one of them out.',
    });
  }
  return { named: undefined, timeoutMs: readTimeoutMs(read), what: 'starting a throw-away PostgreSQL' };
}
