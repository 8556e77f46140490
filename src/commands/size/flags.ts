import { parseRatio } from '../../base/units.ts';
import { answerSnippetFlags, someTargets } from '../../cli/emit-flags.ts';
import {
  aCount,
  aCountOrZero,
  aFile,
  aRate,
  aShare,
  aText,
  aTime,
  aWord,
  flagGroup,
  parseChoice,
  takes,
} from '../../cli/flag.ts';
import { aBurst, aSurge, someRetries } from '../../cli/notation.ts';
import { serverFlags, windowFlag } from '../../cli/server-flags.ts';
import type { SizeGroup, SizeRow } from './row.ts';

const sizeGroup: SizeGroup = flagGroup;

/** What the load is; `size` and `simulate` share it. */
export const loadFlags = sizeGroup('Workload:', {
  tps: {
    path: 'workload.arrivalRatePerSecond',
    takes: aRate,
    measured: (load) => load.ratePerSecond,
    profile: 'workload.tps',
    help: 'requests a second of one instance: 200, 12k/min',
  },
  'total-tps': { path: 'workload.arrivalRatePerSecond', takes: aRate, help: 'requests a second of the whole fleet' },
  p95: {
    path: 'workload.p95Ms',
    takes: aTime,
    measured: (load) => (load.histogram ? undefined : load.p95Ms),
    profile: 'workload.p95',
    help: '95th percentile of the time a connection is held: 300, 300ms, 0.3s',
  },
  p50: { path: 'workload.p50Ms', takes: aTime, help: 'median; narrows what a p95 leaves open' },
  p99: { path: 'workload.p99Ms', takes: aTime, help: '99th percentile' },
  mean: {
    path: 'workload.meanMs',
    takes: aTime,
    measured: (load) => (load.histogram ? undefined : load.meanMs),
    help: 'mean; the load is TPS x mean',
  },
  hold: {
    path: 'workload.holdMs',
    takes: aTime,
    profile: 'workload.hold',
    help: 'mean time from checkout to release, where the others are of queries',
  },
  samples: {
    path: 'workload.measured',
    takes: aFile,
    open: async (name, io) => (await import('./measurements.ts')).readSamples(name, io),
    help: 'measured hold times, one a line; in place of the above',
  },
  histogram: {
    path: 'workload.measured',
    takes: aFile,
    open: async (name, io) => (await import('./measurements.ts')).readHistogram(name, io),
    measured: ({ histogram, histogramSumMs: sumMs }) =>
      histogram && { kind: 'histogram', buckets: histogram, ...(sumMs !== undefined && { sumMs }) },
    help: 'hold times by bucket (bound and count a line, or Prometheus)',
  },
  burst: { path: 'workload.burst', takes: aBurst, help: 'arrivals in bursts: 3x:200ms/1400ms (factor, burst, quiet)' },
  rtt: {
    path: 'workload.roundTripMs',
    takes: aTime,
    profile: 'workload.rtt',
    help: 'added to the hold time: SSH tunnel, other region',
  },
});

/** `dbcp`, after the pool that the formula was first told for, is the older name of `formula`. */
const methods = ['formula', 'model'] as const;
const aMethod = takes(
  '<name>',
  'model',
  (name, source) => (name === 'dbcp' ? 'formula' : parseChoice(methods)(name, source)),
  { offers: methods },
);

const aPoolProfile = aText('<name|file>', 'qa', async () =>
  (await import('../../profiles/files.ts')).profileIds('pools'),
);
const aUtilization = takes('<share>', '90%', parseRatio);
const aPlatform = aText('<name>', 'kubernetes', async () =>
  (await import('../../profiles/files.ts')).profileIds('platforms'),
);
export const aDriver = aText('<name>', 'pg', async () => (await import('../../emit/driver-of.ts')).driverNames());
const aServer = aText('<profile|dsn>', 'mysql', async () => (await import('../../profiles/limits.ts')).serverNames());
const reservedSlots = takes('<n>', '3', (text, source) => [
  { name: 'reserved', connections: aCountOrZero.parse(text, source), source },
]);

/** Every flag of `size`: one row a value of its input, in the order of the help. */
export const sizeFlags = {
  ...loadFlags,
  ...sizeGroup('Workload:', {
    'batch-size': { path: 'workload.batchSize', takes: aCount, help: 'requests that come at one moment' },
    trace: {
      path: 'workload.arrivalTimesMs',
      takes: aFile,
      open: async (name, io) => (await import('./measurements.ts')).readTrace(name, io),
      help: 'recorded moments of requests, one a line: their rate and bursts',
    },
    retries: {
      path: 'workload.retries',
      takes: someRetries,
      help: 'requests that fail come again: 3:200ms (attempts, pause)',
    },
    deadline: { path: 'deadlineMs', takes: aTime, help: 'what the caller waits in all; lowers acquireTimeout' },
    'batch-jobs': {
      path: 'workload.batchJobs',
      takes: aCountOrZero,
      profile: 'workload.batchJobs',
      help: 'batch jobs at once in one pool, each holding a connection',
    },
    'connections-per-request': {
      path: 'workload.connectionsPerRequest',
      takes: aCount,
      help: 'connections one request holds at once',
    },
    'concurrent-requests': {
      path: 'workload.concurrentRequests',
      takes: aCount,
      help: 'requests at once in one process, if something bounds them',
    },
  }),
  ...sizeGroup('Targets of the model:', {
    'max-wait-p99': {
      path: 'targets.maxWaitP99Ms',
      takes: aTime,
      help: 'longest p99 wait; a tenth of the deadline, or the mean hold',
    },
    'max-utilization': {
      path: 'targets.maxUtilization',
      takes: aUtilization,
      help: 'most of the connections in use: 90%; 80% where the load is a guess',
    },
    'max-loss': { path: 'targets.maxLossRatio', takes: aShare, help: 'most requests refused or given up: 0.1%' },
    method: { path: 'method', takes: aMethod, help: 'formula (default); model: the fewest for the targets' },
    simulate: { help: 'confirm the prediction by simulation' },
  }),
  ...sizeGroup('Is my pool right?', {
    'connection-limit': { path: 'fixed.connectionLimit', takes: aCount, help: 'judge this pool instead of a new one' },
    'queue-limit': { path: 'fixed.queueLimit', takes: aCountOrZero, help: 'its queue; 0 for none' },
    'acquire-timeout': { path: 'fixed.acquireTimeoutMs', takes: aTime, help: 'its acquire timeout' },
    'query-timeout': { path: 'fixed.queryTimeoutMs', takes: aTime, help: 'its limit of a query' },
  }),
  ...sizeGroup('Measured:', {
    from: {
      takes: aText('<dsn|file>', 'load.json', 'files'),
      help: 'TPS and hold times: measure that server now, ask prometheus://host:9090?service=api, or read a file of `measure`, poolctl/monitor, the recorder or metrics',
    },
    'print-queries': { help: 'print the queries to the Prometheus of --from, and ask nothing' },
    ...windowFlag,
  }),
  ...sizeGroup('Rule:', {
    headroom: {
      path: 'rule.headroomRatio',
      takes: aShare,
      profile: 'headroom',
      help: 'connections above the load: 50% (default), 0.3',
    },
    profile: { takes: aPoolProfile, help: 'settings or a rule by name, a YAML file, or - for stdin' },
  }),
  ...sizeGroup('Server:', {
    server: { takes: aServer, help: 'mysql, aws-rds-mysql:db.t3.medium, ...; or a DSN: ask it' },
    ...serverFlags,
    'max-connections': {
      path: 'server.maxConnections',
      takes: aCount,
      server: (known) => known.maxConnections,
      help: "the server's max_connections",
    },
    reserved: {
      path: 'server.reserved',
      takes: reservedSlots,
      server: ({ name, reserved }) => ({ value: reserved, source: name }),
      help: 'slots that the application cannot have',
    },
    'other-connections': {
      path: 'server.otherConnections',
      takes: aCountOrZero,
      server: (known) => known.otherConnections,
      help: 'connections that others take',
    },
    cores: {
      path: 'hardware.cores',
      takes: aCount,
      server: (known) => known.cores,
      help: 'cores of the server, for a bound on active connections',
    },
    spindles: { path: 'hardware.spindles', takes: aCountOrZero, help: 'disks of the server' },
  }),
  ...sizeGroup('Fleet:', {
    instances: {
      path: 'fleet.instances',
      takes: aCount,
      measured: (load) => load.instances,
      help: 'instances in normal running',
    },
    'max-instances': { path: 'fleet.maxInstances', takes: aCount, help: 'the most that autoscaling starts' },
    processes: {
      path: 'fleet.processesPerInstance',
      takes: aCount,
      help: 'processes per instance, each with a pool of its own',
    },
    balancer: {
      path: 'fleet.balancer',
      takes: aWord('<name>', ['random', 'round-robin', 'least-busy']),
      help: 'how requests find an instance: random (default), round-robin, least-busy',
    },
    surge: { takes: aSurge, help: 'extra instances during a rolling deploy: 25%, or 1 for one' },
    platform: {
      takes: aPlatform,
      help: 'what runs it: kubernetes, kubernetes:recreate, ecs, lambda; bounds pools, brings its surge',
    },
  }),
  ...sizeGroup('Driver:', {
    driver: { takes: aDriver, help: 'what it does: pg, mariadb, typeorm, ...; or the one target of --emit' },
    'slow-query': { takes: aTime, help: 'how long a query runs while the database is slow: 30s' },
  }),
  ...sizeGroup('Answer:', {
    emit: { takes: someTargets, help: 'print a config snippet: mysql2, pg, typeorm, ...; `poolctl emit --list`' },
    ...answerSnippetFlags,
    explain: { help: 'print every step with its formula and sources' },
  }),
};

/** Values that have no flag: settings come from a profile, the rest from the server. */
export const unflaggedRows: readonly SizeRow[] = [
  { path: 'preset.connectionLimit', profile: 'settings.connectionLimit' },
  { path: 'preset.queueLimit', profile: 'settings.queueLimit' },
  { path: 'preset.acquireTimeoutMs', profile: 'settings.acquireTimeout' },
  { path: 'preset.connectTimeoutMs', profile: 'settings.connectTimeout' },
  { path: 'preset.queryTimeoutMs', profile: 'settings.queryTimeout' },
  { path: 'server.name', server: ({ name }) => ({ value: name, source: name }) },
  {
    path: 'server.estimated',
    server: ({ name, maxConnections: limit }) => (limit?.estimated ? { value: true, source: name } : undefined),
  },
  { path: 'server.caps', server: (known) => known.caps },
  { path: 'fleet.surgeRounding', platform: ({ rounding }) => rounding },
  { path: 'fleet.worstFactor', platform: ({ worstFactor }) => worstFactor },
  { path: 'platform.name', platform: ({ name }) => name },
  { path: 'platform.requestsPerInstance', platform: (known) => known.requestsPerInstance },
  { path: 'platform.connectionsPerInstance', platform: (known) => known.connectionsPerInstance },
  { path: 'platform.limitIsPer', platform: (known) => known.limitIsPer },
];
