import type { RulesRequest } from '../../alerts/run.ts';
import type { FleetPlan } from '../../alerts/settings.ts';
import type { Io } from '../../base/io.ts';
import type { PlannedConnections } from '../../budget/planned.ts';
import { readInput } from '../../cli/input.ts';
import type { ReadOption } from '../../cli/options.ts';
import type { LimitedAlarm } from '../../watch/thresholds.ts';
import { rulesFlags, rulesOutputFlags } from './flags.ts';

/** The name of an alarm of watch in the limits of the rules. */
const limitNames = {
  saturation: 'saturation',
  waiters: 'meanWaiters',
  'max-wait': 'maxWaitSeconds',
  'idle-tx': 'idleTransactionSeconds',
  'tx-age': 'transactionSeconds',
} as const satisfies Readonly<Record<LimitedAlarm, string>>;

/** The rules that the flags ask for. */
export async function readRequest(read: ReadOption, io: Io): Promise<RulesRequest> {
  const plan = await readPlan(read, io);
  return {
    sources: read(rulesFlags.for).value,
    format: read(rulesOutputFlags.format).value,
    selectors: read(rulesFlags.selector).map(({ value }) => value),
    scrapeSeconds: read(rulesFlags['scrape-interval']).value / 1_000,
    limits: Object.fromEntries(read(rulesFlags.alarm).map(({ value }) => [limitNames[value.alarm], value.limits])),
    ...(plan && { plan }),
    group: read(rulesFlags.group).value,
    labels: Object.fromEntries(read(rulesFlags.label).map(({ value }) => [value.name, value.value])),
    rulesFile: read(rulesFlags['rules-file']).value,
  };
}

async function readPlan(read: ReadOption, io: Io): Promise<FleetPlan | undefined> {
  const from = read(rulesFlags.from)?.value;
  const most = read(rulesFlags['planned-connections']);
  const surge = read(rulesFlags['rollout-connections']);
  const flags = {
    ...(most && { mostConnections: most.value }),
    ...(surge && { rolloutConnections: surge.value }),
  };
  if (from === undefined) {
    const source = [most, surge].flatMap((given) => (given ? [given.source] : [])).join(' and ');
    return source === '' ? undefined : { source, ...flags };
  }
  const { text, name } = await readInput(from, io);
  const { isFleetDocument, parsePlanned } = await import('../../budget/planned.ts');
  const isFleet = isFleetDocument(text);
  const planned = isFleet ? parsePlanned(text, name) : await plannedBySize(text, name);
  return {
    source: name === '<stdin>' ? `the answer of ${isFleet ? 'fleet' : 'size'}` : name,
    mostConnections: planned.mostConnections,
    ...(planned.rolloutConnections > 0 && { rolloutConnections: planned.rolloutConnections }),
    ...flags,
  };
}

async function plannedBySize(text: string, name: string): Promise<PlannedConnections> {
  const { parseSized } = await import('../../size/document.ts');
  const { connectionLimit, fleet } = parseSized(text, name);
  const { connections } = fleet.rollout;
  const normal = fleet.normal.instances * fleet.processesPerInstance * connectionLimit;
  return { mostConnections: connections, rolloutConnections: connections - normal };
}
