import type { EngineId } from '../../base/engine.ts';
import { PoolctlError } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { readInput } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import { type Evidence, joinEvidence } from '../../recommend/evidence.ts';
import { poolName, readEvidence } from '../../recommend/inputs/read.ts';
import type { RecommendInput } from '../../recommend/result.ts';
import { fillInput, inputRows, readGiven } from '../size/fill.ts';
import { unflaggedRows } from '../size/flags.ts';
import { findPlatform, withSurge } from '../size/known-platform.ts';
import { findServer } from '../size/server.ts';
import { evidenceFlags, recommendFlags, settingFlags, sizingFlags } from './flags.ts';

export interface GatheredEvidence {
  readonly input: RecommendInput;
  readonly engine?: EngineId;
  readonly warnings: readonly Warning[];
}

const rows = [...inputRows(sizingFlags), ...unflaggedRows.filter(({ path }) => !path.startsWith('preset.'))];

/** The files of both sides, the settings now, and what bounds the pool. `files`: those without --after. */
export async function gatherEvidence(files: readonly string[], readAny: ReadOption, io: Io): Promise<GatheredEvidence> {
  const read = onlyOwn(readAny);
  const [before, after] = [read(evidenceFlags.before), read(evidenceFlags.after)].map((given) =>
    given.map(({ value }) => value),
  );
  const now = [...(after ?? []), ...files];
  if (now.length === 0) {
    throw new PoolctlError('INPUT_MISSING', 'Which files show the pool as it runs now?', {
      hint: 'Name them: `poolctl recommend --before monday.ndjson --after week.ndjson`, or only what runs now.',
    });
  }
  const given = await readGiven(rows, read, io);
  const server = await findServer(read, io);
  const platform = await findPlatform(read(sizingFlags.platform)?.value);
  const known = withSurge(fillInput(rows, { given, server, platform }), read(sizingFlags.surge), platform);
  const pool = read(evidenceFlags.pool)?.value;
  const settings = withoutUndefined({
    connectionLimit: read(settingFlags['connection-limit'])?.value,
    queueLimit: read(settingFlags['queue-limit'])?.value,
    acquireTimeoutMs: read(settingFlags['acquire-timeout'])?.value,
  });
  return {
    input: {
      after: await evidenceIn(now, io),
      ...(before && before.length > 0 && { before: await evidenceIn(before, io) }),
      settings,
      slowMs: read(evidenceFlags.slow).value,
      ...withoutUndefined({
        pool: pool === undefined ? undefined : poolName(pool),
        fleet: known.fleet,
        platform: known.platform,
        server: known.server,
        targets: known.targets,
        deadlineMs: known.deadlineMs,
        sources: known.sources,
        memory: server?.memory,
      }),
    },
    ...withoutUndefined({ engine: server?.engine }),
    warnings: server?.warnings ?? [],
  };
}

async function evidenceIn(files: readonly string[], io: Io): Promise<Evidence> {
  const parts: Evidence[] = [];
  for (const file of files) {
    const { text, name } = await readInput(file, io);
    parts.push(await readEvidence(text, name));
  }
  return joinEvidence(parts);
}

/** Flags of `size` that this command does not have are not read from the environment either. */
function onlyOwn(read: ReadOption): ReadOption {
  const own: ReadonlySet<string> = new Set(Object.keys(recommendFlags));
  const reader = (row: Parameters<ReadOption>[0]) => (own.has(row.flag) ? read(row as never) : undefined);
  return reader as ReadOption;
}
