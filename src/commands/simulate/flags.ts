import { parseAcquireTimeoutMs, parsePool, parseQueueLimit } from '../../base/pool-notation.ts';
import { aCount, aFile, aShare, aTime, aWord, flagGroup, takes } from '../../cli/flag.ts';
import { aSurge, parseArrivals, parseRetries, parseSweep } from '../../cli/notation.ts';
import { type ScenarioName, scenarios } from '../../simulate/scenarios.ts';
import { aDriver } from '../size/flags.ts';

/** A pool, the recommended one, or the name of a driver for the pool that the other flags say. */
const aSecondPool = takes(
  '<pool|driver>',
  '90/50/30s',
  (text, source) => (text === 'recommended' || !/^[\d/]/.test(text) ? text : parsePool(text, source)),
  { offers: async () => ['recommended', ...(await import('../../emit/driver-of.ts')).driverNames()] },
);

/** Flags of `simulate` beside those of the load. */
export const simulateFlags = {
  ...flagGroup('Workload:', {
    'connections-per-request': { takes: aCount, help: 'connections that one request takes together' },
    'batch-size': { takes: aCount, help: 'requests that come at once' },
  }),
  ...flagGroup('Targets:', {
    'max-wait-p99': { takes: aTime, help: 'longest p99 wait; a tenth of the deadline, or the mean hold' },
    'max-loss': { takes: aShare, help: 'most requests lost for good: 0.1%' },
    deadline: { takes: aTime, help: 'what the caller waits in all; 99 % are to be answered by then' },
  }),
  ...flagGroup('Pool:', {
    'connection-limit': { takes: aCount, help: 'connections of one pool' },
    'queue-limit': {
      takes: takes('<n>', '50', parseQueueLimit, { offers: ['none'] }),
      help: 'requests that may wait; 0 (default) is unlimited, as in mysql2; or none',
    },
    'acquire-timeout': {
      takes: takes('<time>', '30s', parseAcquireTimeoutMs),
      help: 'how long a request waits; 0 (default) or none for no limit',
    },
    vs: { takes: aSecondPool, help: 'a second pool to compare: 90/50/30s, recommended, or another driver' },
    driver: { takes: aDriver, help: 'plays how it lends and opens connections: pg, postgres, mariadb, bun-sql' },
    instances: { takes: aCount, help: 'instances, each with such a pool' },
    balancer: {
      takes: aWord('<name>', ['random', 'round-robin', 'least-busy']),
      default: 'round-robin',
      help: 'random, round-robin (default) or least-busy',
    },
    'max-connections': { takes: aCount, help: 'what the server allows all of them together' },
    surge: { takes: aSurge, help: 'extra instances in --scenario deploy: 25%, or 1; as many again by default' },
  }),
  ...flagGroup('Run:', {
    scenario: {
      takes: aWord('<name>', Object.keys(scenarios) as ScenarioName[]),
      default: 'steady',
      help: 'steady (default), burst, stall, deploy, slow-query, retry-storm',
    },
    arrivals: {
      takes: takes('<kind>', 'batches:10', parseArrivals, { offers: ['poisson', 'paced'] }),
      help: 'poisson (default), paced, or batches:10',
    },
    trace: { takes: aFile, help: 'recorded arrivals, one a line; or a recording of poolctl/monitor, with its holds' },
    retries: {
      takes: takes('<spec>', '3:200ms', parseRetries),
      help: 'requests that fail come again: 3:200ms (attempts, pause)',
    },
    duration: { takes: aTime, help: 'measured time of a run; what its figures need, or 60s around an incident' },
    replications: { takes: aCount, default: '10', help: 'independent runs: 10; one alone has no interval' },
    seed: { takes: aCount, default: '1', help: 'the same seed gives the same runs: 1' },
    sweep: {
      takes: takes('<range>', 'connection-limit=10..120', parseSweep),
      help: 'a curve over connection-limit=10..120',
    },
  }),
};
