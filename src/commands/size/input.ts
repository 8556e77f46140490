import type { EngineId } from '../../base/engine.ts';
import type { Io } from '../../base/io.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { MeasuredDemand } from '../../demand/demand.ts';
import type { SizeInput } from '../../size/input.ts';
import { fillInput, inputRows, readGiven } from './fill.ts';
import { sizeFlags, unflaggedRows } from './flags.ts';
import { findPlatform, withSurge } from './known-platform.ts';
import { loadProfile, outsideOfProfile } from './profile.ts';
import { measuredFlags, refuseContradictions, refuseHalfALoad, refuseHalfAMachine, refuseIdleFlags } from './rules.ts';
import { findServer, memoryOfEngines } from './server.ts';

export interface Gathered {
  readonly input: SizeInput;
  /** The engine, where --server tells it. */
  readonly engine?: EngineId;
  /** What is to be said of the sources. */
  readonly warnings: readonly Warning[];
  /** What metrics tell of the load, where --from names some. */
  readonly demand?: MeasuredDemand;
}

const rows = [...inputRows(sizeFlags), ...unflaggedRows];

/** Everything `size` calculates from: each value from a flag, the environment, a server or a profile, with its source. */
export async function gatherSizeInput(read: ReadOption, io: Io): Promise<Gathered> {
  const given = await readGiven(rows, read, io);
  const profile = await loadProfile(read(sizeFlags.profile)?.value, io);
  const from = read(sizeFlags.from);
  const measured = from && (await (await import('./from.ts')).readFrom(from, given, read, io));
  // A measurement has all of the times; flags beside it are refused, and the environment gives way.
  if (measured?.hasHold) for (const flag of measuredFlags) given.delete(flag);
  refuseContradictions(given);
  const server = await findServer(read, io);
  const platform = await findPlatform(read(sizeFlags.platform)?.value);
  const filled = fillInput(rows, { given, load: measured?.load, server, platform, profile });
  const input = withSurge(filled, read(sizeFlags.surge), platform);
  refuseHalfAMachine(input.hardware);
  refuseHalfALoad(input.workload);
  refuseIdleFlags(input.workload, input.sources);
  const { driver, warnings: ofDriver = [] } = namesDriver(read)
    ? await (await import('./driver.ts')).findDriver(read, {
        engine: server?.engine,
        queryTimeoutMs: input.fixed?.queryTimeoutMs ?? input.preset?.queryTimeoutMs,
      })
    : {};
  const memory = server?.memory ?? (input.server || input.fleet ? await memoryOfEngines() : undefined);
  return {
    input: { ...input, ...withoutUndefined({ memory, proved: measured?.proved, driver }) },
    ...withoutUndefined({ engine: server?.engine, demand: measured?.demand }),
    warnings: [
      ...distinct([...(measured?.warnings ?? []), ...(server?.warnings ?? [])]),
      ...outsideOfProfile(profile, input.workload, input.fleet?.instances ?? 1),
      ...ofDriver,
    ],
  };
}

function namesDriver(read: ReadOption): boolean {
  return [sizeFlags.driver, sizeFlags.emit, sizeFlags['slow-query']].some((flag) => read<unknown>(flag) !== undefined);
}

/** The same server may have been asked twice. */
function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [warning.code, warning])).values()];
}
