import { withoutUndefined } from '../../base/without-undefined.ts';
import type { BudgetPool, BudgetService, ExtraConnections, FleetCount, Runs } from '../../budget/model.ts';
import type { DeployedService } from '../../declarations/manifests/service.ts';
import { noSurge, type Surge } from '../../declarations/manifests/surge.ts';
import type { Resolved } from '../../declarations/value.ts';
import type { WrittenService } from '../schema.ts';
import type { Written } from '../written.ts';
import { countFrom, knownCount, sumOfCounts, unknownCount } from './counts.ts';
import type { FoundService } from './found-services.ts';
import { refuseFleet } from './refuse.ts';
import { variableSeenBy } from './service-pools.ts';

/** How the services of a fleet are rolled out. */
export interface Rollouts {
  /** Whether what one file deploys rolls together: nobody has said how many releases roll at once. */
  readonly byFile: boolean;
  readonly fleetFile: string;
  /** The release of blue and green, if the fleet has one: what only runs in roll-outs belongs to it. */
  readonly withColours?: string;
}

/** A service as a part of the budget; its pools are found before. */
export function budgetService(
  found: FoundService,
  pools: readonly BudgetPool[],
  { byFile, fleetFile, withColours }: Rollouts,
): BudgetService {
  const { name, written, deployed } = found;
  const [first] = deployed;
  const value: WrittenService = written?.value ?? {};
  const release =
    value.release ??
    first?.upgradedWith ??
    (value.runs === 'rollout' ? withColours : undefined) ??
    (byFile && first ? first.place.file : undefined);
  return {
    name,
    kind: value.platform ?? first?.kind ?? 'service',
    place: first?.place ?? written?.in.placeOf(written.path),
    instances: instancesOf(found, fleetFile),
    surge: value.instances?.surge === undefined ? (first?.surge ?? noSurge) : surgeFrom(value.instances.surge, first),
    terminates: terminates(first),
    processes: processesOf(found, fleetFile),
    pools,
    extras: written ? extrasOf(written, pools) : [],
    runs: runsOf(value.runs, first),
    ...(first?.kind === 'Job' && !first.duringRollout && { isReplacedAnytime: true }),
    ...withoutUndefined({
      release,
      namespace: first?.namespace,
      replacedAtOnce: first?.replacedAtOnce,
      objectName: first?.name === name ? undefined : first?.name,
      window: windowOf(value),
      dividedTotal: value.total,
    }),
  } as BudgetService;
}

function instancesOf({ name, written, deployed }: FoundService, fleetFile: string): BudgetService['instances'] {
  const { normal, max } = written?.value.instances ?? {};
  const settledBy = (key: string) => `Write instances.${key} of services.${name} in ${fleetFile}.`;
  const typed = (count: number) => knownCount(count, fleetFile);
  const read = (key: 'replicas' | 'most', what: string): FleetCount =>
    deployed.length === 0
      ? unknownCount(key === 'most' ? 1 : 0, 'no file says how many instances it has', settledBy(what))
      : sumOfCounts(deployed.map((service) => countFrom(readCount(service, key), 1, settledBy(what))));
  const most =
    max === undefined
      ? normal !== undefined && deployed.length === 0
        ? typed(normal)
        : read('most', 'max')
      : typed(max);
  const usual =
    normal === undefined
      ? deployed.length === 0 && max !== undefined
        ? typed(max)
        : read('replicas', 'normal')
      : typed(normal);
  return { normal: usual, most };
}

/** A Job runs when somebody starts it, so that normal running is without it. Of a schedule, the instances of one run count. */
function readCount(service: DeployedService, key: 'replicas' | 'most'): Resolved {
  if (key === 'replicas' && service.kind === 'Job' && !service.duringRollout)
    return { kind: 'known', value: 0, origins: [{ kind: 'default', text: 'a Job runs once' }] };
  return service.schedule?.instances ?? service[key];
}

/** Percentages round up as Kubernetes does, and down as ECS does. */
function surgeFrom(surge: string | number, first: DeployedService | undefined): Surge {
  const text = String(surge);
  if (!text.endsWith('%')) return { kind: 'count', count: Number(text) };
  return { kind: 'percent', percent: Number(text.slice(0, -1)), rounds: first?.kind === 'ECS service' ? 'down' : 'up' };
}

/** Whether an old instance may keep its pools while the one that replaces it runs. */
function terminates(first: DeployedService | undefined): boolean {
  const kinds = ['Deployment', 'Rollout', 'Job', 'ECS service'];
  return first !== undefined && kinds.includes(first.kind) && !first.stopsFirst;
}

function processesOf({ name, written, deployed, unit }: FoundService, fleetFile: string): FleetCount {
  const typed = written?.value.instances?.processes;
  const settledBy = `Write instances.processes of services.${name} in ${fleetFile}.`;
  if (typeof typed === 'number') return knownCount(typed, fleetFile);
  if (typed !== undefined) {
    const value = variableSeenBy(typed.variable, deployed, unit);
    return value ? countFrom(value, 1, settledBy) : unknownCount(1, `${typed.variable} is set in no file`, settledBy);
  }
  const [first] = deployed;
  return first ? countFrom(first.processes, 1, settledBy) : knownCount(1, 'one process');
}

const kinds = {
  perInstance: 'instance',
  perNewInstance: 'new instance',
  total: 'service',
  rollout: 'rollout',
} as const;

function extrasOf(written: Written<WrittenService>, pools: readonly BudgetPool[]): ExtraConnections[] {
  const servers = [...new Set(pools.map(({ to }) => to))];
  return Object.entries(kinds).flatMap(([key, per]) =>
    Object.entries(written.value.extras?.[key as keyof typeof kinds] ?? {}).map(([name, given]): ExtraConnections => {
      const [connections, to] = typeof given === 'number' ? [given, undefined] : [given.connections, given.to];
      const target = to ?? (servers.length === 1 ? servers[0] : undefined);
      if (target === undefined)
        throw refuseFleet(
          written,
          ['extras', key, name],
          servers.length === 0
            ? 'nothing says which server these connections are for.'
            : `it has pools to ${servers.join(' and ')}, and these connections may be for either.`,
          `Write { connections: ${connections}, to: ${servers[0] ?? 'NAME'} }.`,
        );
      return { name, connections, to: target, per };
    }),
  );
}

function runsOf(typed: WrittenService['runs'], first: DeployedService | undefined): Runs {
  if (typed === 'rollout' || typed === 'always') return { kind: typed };
  if (typed) {
    const { cron, timeZone, lasts, overlaps = true } = typed;
    return { kind: 'schedule', cron, overlaps, ...withoutUndefined({ timeZone, lastsMs: lasts }) };
  }
  return first === undefined ? { kind: 'always' } : (readRuns(first) ?? { kind: 'always' });
}

/** What its manifest says of when it runs. */
function readRuns({ schedule, duringRollout }: DeployedService): Runs | undefined {
  if (duringRollout) return { kind: 'rollout' };
  if (!schedule) return undefined;
  const { cron, timeZone, lastsMs, overlaps } = schedule;
  return { kind: 'schedule', cron, overlaps, ...withoutUndefined({ timeZone, lastsMs }) };
}

function windowOf({ window }: WrittenService): BudgetService['window'] {
  if (!window) return undefined;
  const { from, to, days, timeZone } = window;
  return { fromMinute: from, toMinute: to, ...withoutUndefined({ days, timeZone }) };
}
