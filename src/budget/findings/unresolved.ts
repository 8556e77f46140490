import type { FleetFinding } from '../answer.ts';
import type { BudgetService, FleetCount, Runs } from '../model.ts';
import { scheduleProblem } from '../times/cron.ts';
import { atService, type JudgedFleet } from './finding-input.ts';

interface UnknownPart {
  readonly what: string;
  readonly why: string;
  readonly settledBy: string;
  readonly place?: FleetFinding['place'];
}

/** Numbers that decide and that no file tells, each once. */
export function unresolvedCounts({ judged, model }: JudgedFleet): FleetFinding[] {
  const budgeted = new Set(judged.flatMap(({ server }) => (server.isBudgeted ? [server.name] : [])));
  const servers = new Set(judged.map(({ server }) => server.name));
  return model.services.flatMap((service) => {
    const targets = [...service.pools, ...service.extras].map(({ to }) => to).filter((to) => servers.has(to));
    if (targets.length === 0) return [];
    const severity = targets.some((to) => budgeted.has(to)) ? 'warning' : 'info';
    return partsOf(service).map(
      ({ what, why, settledBy, place = service.place }): FleetFinding => ({
        id: 'unresolved',
        severity,
        text: `${service.name}: ${what} not known: ${why}.`,
        hint: settledBy,
        ...(targets[0] !== undefined && new Set(targets).size === 1 && { server: targets[0] }),
        ...atService(service),
        ...(place && { place }),
      }),
    );
  });
}

function partsOf({ pools, processes, instances, surge, runs, pooler, dividedTotal }: BudgetService): UnknownPart[] {
  const sizes = dividedTotal === undefined ? pools.map(({ size }) => size) : [];
  const parts = [
    ...sizes.flatMap(unknownOf(pooler === undefined ? 'the size of its pool is' : 'how many connections it opens is')),
    ...(pools.length > 0 ? unknownOf('the number of its processes is')(processes) : []),
    ...unknownOf('how many instances it has at most is')(instances.most),
    ...unknownOf('how many instances it has is')(instances.normal),
    ...(surge.kind === 'unknown' && runs.kind === 'always'
      ? [
          {
            what: 'what a roll-out adds is',
            why: surge.why,
            settledBy: 'Write `surge` under `instances` of the service.',
          },
        ]
      : []),
    ...unknownRuns(runs),
  ];
  return [...new Map(parts.map((part) => [`${part.why}\n${part.settledBy}`, part])).values()];
}

/** A schedule whose times or overlaps are not known: a run of it counts at any time. */
function unknownRuns(runs: Runs): UnknownPart[] {
  if (runs.kind !== 'schedule') return [];
  const problem = scheduleProblem(runs.cron, runs.timeZone);
  if (problem !== undefined) return [{ what: 'when it runs is', why: problem, settledBy: 'Correct its schedule.' }];
  if (!runs.overlaps || runs.lastsMs !== undefined) return [];
  return [
    {
      what: 'how many of its runs overlap is',
      why: `a run of ${runs.cron} may start while others run, and nothing ends them`,
      settledBy: 'Set concurrencyPolicy: Forbid, or activeDeadlineSeconds.',
    },
  ];
}

function unknownOf(what: string): (count: FleetCount) => UnknownPart[] {
  return (count) => {
    if (count.kind === 'known') return [];
    const { why, settledBy, place } = count;
    return [{ what, why, settledBy, ...(place && { place }) }];
  };
}
