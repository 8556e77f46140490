import type { EngineId } from '../../base/engine.ts';
import type { Io } from '../../base/io.ts';
import { parseDurationMs, parseRatio } from '../../base/units.ts';
import type { Warning } from '../../base/warning.ts';
import { withoutUndefined } from '../../base/without-undefined.ts';
import { parseTargets } from '../../cli/emit-options.ts';
import { parseChoice, type ReadOption } from '../../cli/options.ts';
import type { SizeInput } from '../../size/input.ts';
import type { FromLoad } from './from.ts';
import { gatherPreset, loadProfile, outsideOfProfile } from './profile.ts';
import { gatherFleet, gatherHardware, gatherServer } from './server.ts';
import { Sources } from './sources.ts';
import { gatherWorkload, refuseHalfALoad, refuseIdleFlags } from './workload.ts';

export interface Gathered {
  readonly input: SizeInput;
  readonly emitTargets: readonly string[];
  /** The engine, where --server tells it. */
  readonly engine?: EngineId;
  /** What is to be said of the sources. */
  readonly warnings: readonly Warning[];
}

/** Everything `size` calculates from, merged in the order flag, environment, profile; each value with its source. */
export async function gatherSizeInput(read: ReadOption, io: Io): Promise<Gathered> {
  const sources = new Sources();
  const emitTargets = read('emit', parseTargets)?.value ?? [];
  const profile = await loadProfile(read('profile', (text) => text)?.value, io);
  const from = await readFromIfAsked(read, io);
  const workload = gatherWorkload(read, io, profile, sources, from?.load);
  const fleet = gatherFleet(read, sources);
  const server = await gatherServer(read, io, sources, Object.keys(fleet).length > 0);
  const hardware = gatherHardware(read, sources);
  const headroom = read('headroom', parseRatio) ?? profile?.value('headroom', (values) => values.headroom);
  const headroomRatio = sources.take('rule.headroomRatio', headroom);
  refuseHalfALoad(workload);
  refuseIdleFlags(workload, sources);
  const targets = withoutUndefined({
    maxWaitP99Ms: sources.take('targets.maxWaitP99Ms', read('max-wait-p99', parseDurationMs)),
    maxLossRatio: sources.take('targets.maxLossRatio', read('max-loss', parseRatio)),
  });
  const method = read('method', parseMethod)?.value;
  const deadlineMs = sources.take('deadlineMs', read('deadline', parseDurationMs));
  const input: SizeInput = {
    workload,
    preset: gatherPreset(profile, sources),
    fleet,
    ...withoutUndefined({
      targets,
      method,
      rule: headroomRatio === undefined ? undefined : { headroomRatio },
      deadlineMs,
      server: server.limits,
      hardware,
      memory: server.memory,
    }),
    sources: sources.byPath,
  };
  return {
    input,
    emitTargets,
    ...withoutUndefined({ engine: server.engine }),
    warnings: [
      ...distinct([...(from?.warnings ?? []), ...(server.warnings ?? [])]),
      ...outsideOfProfile(profile, workload, fleet.instances ?? 1),
    ],
  };
}

async function readFromIfAsked(read: ReadOption, io: Io): Promise<FromLoad | undefined> {
  return read('from', (text) => text) && (await import('./from.ts')).readFrom(read, io);
}

/** The same server may have been asked twice. */
function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [warning.code, warning])).values()];
}

const methodOf = parseChoice(['formula', 'model']);

/** `dbcp`, after the pool that the formula was first told for, is the older name of `formula`. */
function parseMethod(text: string, source: string): NonNullable<SizeInput['method']> {
  return text === 'dbcp' ? 'formula' : methodOf(text, source);
}
