/** Flags of `probe`, by the groups of its help. */
export const workloadOptions = [
  ['--sql <sql>', 'what a request does; several statements with ; are one transaction'],
  ['--file <file>', 'the same from a file; given again, requests are a mix of them'],
  ['--var <name=spec>', ':name is int:1..1000, zipf:1..1000, uuid, list:a,b, csv:FILE:COLUMN'],
  ['--hold <time>', 'only hold the connection: 300ms, exp:80ms, lognormal:80ms,300ms (p50,p95)'],
  ['--workload <name>', 'select1, point, tpcb-like (point and tpcb-like make tables of their own)'],
  ['--protocol <kind>', 'simple, or prepared (default)'],
] as const;

export const workloadSwitches = [
  ['--from-stats', "the server's own most frequent reads"],
  ['--allow-write', 'let the workload write'],
] as const;

export const probeLoadOptions = [
  ['--tps <rate>', 'requests a second, open loop: 200, 12k/min'],
  ['--burst <spec>', 'in bursts: 3x:200ms/1400ms (factor, burst, quiet)'],
  ['--ramp <from..to>', 'the rate rises (or falls) evenly: 50..400'],
  ['--concurrency <n>', 'closed loop: so many requests at once; for --compare-unpooled: 1,4,16'],
  ['--duration <time>', 'how long to measure, in all (60s)'],
  ['--warmup <time>', 'left out of the figures'],
  ['--sizes <list>', 'pool sizes to try: 5,10,20'],
  ['--threads <n>', 'threads that make the load (1; more from 10,000 requests a second)'],
  ['--seed <n>', 'of arrivals and variables (1)'],
] as const;

export const loadSwitches = [
  ['--paced', 'requests at equal distances, not by chance'],
  ['--quick', 'each size once'],
  ['--thorough', 'each size five times'],
] as const;

export const poolOptions = [
  ['--connection-limit <n>', 'test these settings, and look for no others'],
  ['--queue-limit <n>', '0 or unlimited (default) for any number, none for nobody'],
  ['--acquire-timeout <time>', '0 or none for ever (30s)'],
  ['--connect-timeout <time>', 'longest wait for a new session (10s)'],
  ['--verify <file>', 'size.json or a config: does the prediction come true?'],
  ['--compare <pool>', 'two settings side by side: --compare 10/0 90/50'],
  ['--stall [time]', 'what happens when the database freezes for so long (5s)'],
] as const;

export const poolSwitches = [['--compare-unpooled', 'against a new connection for each request']] as const;

export const guardOptions = [
  ['--share <ratio>', 'of the free connections, at most so many (25%)'],
  ['--max-p99 <time>', 'stop when requests take longer'],
  ['--max-errors <ratio>', 'stop when more fail (1%)'],
  ['--free-floor <n>', 'stop when fewer connections are free (a tenth)'],
  ['--max-replication-lag <time>', 'stop when replicas fall behind (10s)'],
] as const;

export const guardSwitches = [
  ['--dry-run', 'say what would be done, and what the server allows'],
  ['--yes', 'do not ask before a load on another machine'],
] as const;
