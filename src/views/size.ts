import { formatAtMost, formatBytes, formatCount, formatDuration, formatNumber, formatRatio } from '../base/units.ts';
import type { TableView, VerdictView, View } from '../render/view.ts';
import type { Confirmation } from '../size/confirm.ts';
import type { Sized } from '../size/result.ts';
import type { Lever, Shortfall } from '../size/shortfall.ts';
import { confirmationTable } from './confirmation.ts';
import { demandVerdictView } from './demand.ts';
import { outlookTable } from './outlook.ts';
import { stepView } from './step.ts';

/** The answer of `size` for a reader: settings and verdict first, then how the pool runs and what the server has. */
export function sizeView(
  sized: Sized,
  {
    explain,
    simulated,
    demandTables = [],
    driverTables = [],
  }: {
    explain: boolean;
    simulated?: Confirmation | undefined;
    demandTables?: readonly TableView[];
    driverTables?: readonly TableView[];
  },
): View {
  const { connectionLimit, queueLimit, acquireTimeoutMs, fleet } = sized;
  const perProcess = fleet.processesPerInstance > 1 ? '   in each process' : '';
  return {
    headline: `connectionLimit ${connectionLimit}   queueLimit ${queueLimit}   acquireTimeout ${acquireTimeoutMs} ms${perProcess}`,
    verdicts: [...demandVerdictView(sized, simulated?.figures), budgetVerdict(sized)],
    tables: [
      ...demandTables,
      poolTable(sized),
      outlookTable(sized),
      simulated && sized.outlook && confirmationTable(sized.outlook, simulated),
      ...driverTables,
      serverTable(sized),
      leverTable(sized),
    ].filter((table) => table !== undefined),
    ...(explain ? { steps: sized.because.map(stepView) } : {}),
  };
}

function budgetVerdict({ budget, shortfall, connectionLimit, fleet, load }: Sized): VerdictView {
  const taken = `${poolsText(fleet.rollout.pools, fleet)} × ${formatNumber(connectionLimit)} = ${formatCount(fleet.rollout.connections, 'connection')}`;
  if (!budget) {
    return {
      answer: 'unknown',
      text: `not checked against a server: ${taken}.`,
      details: ['Add --server mysql, or another of `poolctl profiles list`, or --max-connections N.'],
    };
  }
  const has = `${budget.server ?? 'the server'} has ${formatNumber(budget.availableConnections)}${budget.availableConnections === budget.maxConnections ? '' : ` of ${formatNumber(budget.maxConnections)}`} for it${budget.limitedBy === undefined ? '' : ` (${budget.limitedBy})`}`;
  if (budget.fits) return { answer: 'yes', text: `fits: ${taken}, ${has}.`, details: [] };
  const details = shortfall ? [shortfallText(shortfall, load?.instanceArrivalRatePerSecond)] : [];
  return { answer: 'no', text: `does not fit: ${taken}, ${has}.`, details };
}

function poolsText(pools: number, { rollout, processesPerInstance }: Sized['fleet']): string {
  if (processesPerInstance === 1) return formatCount(pools, 'instance');
  return `${formatCount(rollout.instances, 'instance')} × ${formatCount(processesPerInstance, 'process', 'processes')}`;
}

function shortfallText({ connectionLimit, cost }: Shortfall, rate: number | undefined): string {
  if (connectionLimit === 0) return 'Not even a connectionLimit of 1 fits.';
  const largest = `The largest connectionLimit that fits is ${formatNumber(connectionLimit)}.`;
  if (!cost || rate === undefined) return largest;
  const least = cost.leastCapacityPerSecond;
  const atWorst = least === undefined ? '' : ` (${formatAtMost(least)} at the upper end of what the figures allow)`;
  const isSure = least === undefined || least > rate;
  const load = cost.carriesTheLoad
    ? `${isSure ? 'by the model it carries' : 'it is expected to carry'} the load of ${formatNumber(rate)} TPS within the targets`
    : `by the model the load of ${formatNumber(rate)} TPS misses the targets with it`;
  return `${largest} It serves up to ${formatAtMost(cost.capacityPerSecond)} TPS of one instance${atWorst}, and requests queue from ${formatAtMost(cost.queueingFromPerSecond)} TPS on; ${load}.`;
}

function poolTable({
  load,
  behaviour,
  connectionLimitByFormula,
  headroomRatio,
  deadlock,
  connectTimeoutMs,
  queryTimeoutMs,
  fleet,
  activeConnectionsBound,
  limitedBy,
}: Sized): TableView {
  const rows: string[][] = [];
  if (load && behaviour) {
    const { instances } = fleet.normal;
    const [tps, total] = [
      formatNumber(load.instanceArrivalRatePerSecond),
      formatNumber(load.fleetArrivalRatePerSecond),
    ];
    rows.push([
      'load',
      `${tps} TPS`,
      `per instance${load.scope === 'fleet' ? ' (--total-tps divided)' : ''}; ${total} TPS in the fleet of ${instances}`,
    ]);
    rows.push(...(limitedBy === 'model' ? modelRows(load) : formulaRows(load, headroomRatio)));
    if (connectionLimitByFormula !== undefined) {
      rows.push(['by the formula', formatNumber(connectionLimitByFormula), 'as connectionLimit']);
    }
    // By the mean, the model says the same below.
    if (load.holdTimeBasis === 'p95' && !['model', 'platform', 'requests-at-once'].includes(limitedBy))
      rows.push(...atWorstRows(behaviour));
  }
  if (deadlock) {
    rows.push([
      'deadlock floor',
      formatNumber(deadlock.floor),
      `connections for ${formatCount(deadlock.concurrentRequests, 'nested request')} at once`,
    ]);
  }
  rows.push(['connectTimeout', `${connectTimeoutMs} ms`, '']);
  if (queryTimeoutMs !== undefined) rows.push(['queryTimeout', `${queryTimeoutMs} ms`, '']);
  if (activeConnectionsBound !== undefined) {
    rows.push([
      'active at once',
      formatNumber(activeConnectionsBound),
      'bound of the whole server: 2 × cores + spindles, not a pool size',
    ]);
  }
  return { title: 'Pool', rows, rightAligned: [1] };
}

function formulaRows(load: NonNullable<Sized['load']>, headroomRatio: number): string[][] {
  const names = { measured: 'mean of the measured times', hold: 'hold time', mean: 'mean', p95: 'p95' } as const;
  const { roundTrips = 1 } = load;
  const trips =
    roundTrips > 1
      ? `${formatCount(roundTrips, 'round trip')} of ${formatDuration(load.roundTripMs / roundTrips)}`
      : `${formatDuration(load.roundTripMs)} round trip`;
  const trip = load.roundTripMs > 0 ? `, with ${trips}` : '';
  const batch =
    load.batchJobs > 0 ? `and ${formatNumber(load.batchJobs)} for batch jobs` : 'above the connections in use';
  return [
    ['held for', formatDuration(load.holdTimeMs), `${names[load.holdTimeBasis]}${trip}`],
    ['in use', formatNumber(load.offeredLoad), `connections of one pool: ${loadFormula(load)}`],
    ['headroom', formatRatio(headroomRatio), batch],
  ];
}

function atWorstRows({ utilization, capacityPerSecond }: NonNullable<Sized['behaviour']>): string[][] {
  return [
    ['utilization at worst', formatRatio(utilization), 'if every request took the p95'],
    [
      'serves at worst',
      `${formatAtMost(capacityPerSecond)} TPS`,
      'if every request took the p95, with every connection always busy',
    ],
  ];
}

function modelRows(load: NonNullable<Sized['load']>): string[][] {
  return [['in use', formatNumber(load.meanLoad.estimate), 'connections of one pool, on average']];
}

function loadFormula({ connectionsPerRequest }: NonNullable<Sized['load']>): string {
  return connectionsPerRequest > 1 ? `TPS × seconds held × ${connectionsPerRequest} per request` : 'TPS × seconds held';
}

function serverTable({ fleet, budget, driver, memory = [] }: Sized): TableView | undefined {
  const { normal, rollout } = fleet;
  if (!budget && memory.length === 0) return undefined;
  const rows = [
    ['instances', formatNumber(normal.instances), formatNumber(rollout.instances)],
    ['pools', formatNumber(normal.pools), formatNumber(rollout.pools)],
    ['connections', formatNumber(normal.connections), formatNumber(rollout.connections)],
  ];
  if (budget) {
    const both = (label: string, value: number) => [label, formatNumber(value), formatNumber(value)];
    rows.push(both('max_connections', budget.maxConnections));
    if (budget.reservedConnections > 0) rows.push(both('− reserved', budget.reservedConnections));
    if (budget.otherConnections > 0) rows.push(both('− taken by others', budget.otherConnections));
    if (budget.limitedBy !== undefined) rows.push(both('allowed', budget.availableConnections));
    rows.push(['left', formatNumber(normal.leftConnections ?? 0), formatNumber(rollout.leftConnections ?? 0)]);
    if (driver && driver.fleet.rollout !== rollout.connections) rows.push(...sessionRows(driver.fleet, budget));
  }
  for (const { engine, normalBytes, rolloutBytes } of memory) {
    rows.push([
      memory.length > 1 ? `memory, if ${engine}` : `memory on ${engine}`,
      formatBytes(normalBytes),
      formatBytes(rolloutBytes),
    ]);
  }
  return { title: 'Server', head: ['', 'normal', 'roll-out'], rows, rightAligned: [1, 2] };
}

/** Where the driver has more sessions than its limits say. */
function sessionRows({ normal, rollout }: NonNullable<Sized['driver']>['fleet'], budget: NonNullable<Sized['budget']>) {
  return [
    ['sessions, by the driver', formatNumber(normal), formatNumber(rollout)],
    ['left then', ...[normal, rollout].map((most) => formatNumber(budget.availableConnections - most))],
  ];
}

function leverTable({ shortfall, load, fleet, budget }: Sized): TableView | undefined {
  if (!shortfall || !budget) return undefined;
  const rows = shortfall.levers.map((lever) => leverRow(lever, load, fleet, budget));
  return { title: 'What would make it fit', rows, rightAligned: [1] };
}

function leverRow(
  lever: Lever,
  load: Sized['load'],
  fleet: Sized['fleet'],
  budget: NonNullable<Sized['budget']>,
): string[] {
  switch (lever.kind) {
    case 'smallest-pool':
      return [
        'take the smallest pool',
        formatNumber(lever.connectionLimit),
        lever.isEstimate
          ? "connections, by the model's estimate; --mean makes it sure"
          : 'connections, by the model: --method model',
      ];
    case 'hold-time':
      return [
        'hold a connection for',
        formatDuration(lever.holdTimeMs),
        `at most${load?.holdTimeBasis === 'p95' ? ', at the p95, by the formula' : ', by the formula'}; now ${formatDuration(load?.holdTimeMs ?? 0)}`,
      ];
    case 'no-surge':
      return [
        'roll out without surge',
        formatNumber(lever.connections),
        'connections, when old instances stop before new ones start',
      ];
    case 'instances':
      return [
        'run instances',
        formatNumber(lever.instances),
        `at most, of this size; now ${formatNumber(fleet.rollout.instances)} at the worst minute`,
      ];
    case 'account-limit':
      return [`raise to`, formatNumber(lever.connections), `the ${lever.name}`];
    case 'max-connections': {
      const memory = (lever.memory ?? []).map(
        ({ engine, rolloutBytes }) => `${formatBytes(rolloutBytes)} on ${engine}`,
      );
      return [
        'raise max_connections to',
        formatNumber(lever.maxConnections),
        memory.length > 0 ? `memory for the fleet: ${memory.join(', ')}` : '',
      ];
    }
    case 'transaction-pooler':
      return [
        'a transaction pooler',
        formatNumber(lever.serverConnections),
        poolerText(lever.fits, budget.availableConnections),
      ];
    default:
      return lever satisfies never;
  }
}

function poolerText(fits: boolean, available: number): string {
  const shared = 'server connections, shared by the fleet';
  return fits
    ? `${shared}; 1 % of the requests wait (poolctl explain transaction-pooler)`
    : `${shared}: not enough alone, ${formatNumber(available)} are available`;
}
