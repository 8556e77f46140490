/** Flags that say what the load is; `size` and `simulate` share them. */
export const loadOptions = [
  ['--tps <rate>', 'requests a second of one instance: 200, 12k/min'],
  ['--total-tps <rate>', 'requests a second of the whole fleet'],
  ['--p95 <time>', '95th percentile of the time a connection is held: 300, 300ms, 0.3s'],
  ['--p50 <time>', 'median; tells by how much TPS x p95 overstates the load'],
  ['--p99 <time>', '99th percentile'],
  ['--mean <time>', 'mean; sizes by it instead of the p95'],
  ['--hold <time>', 'mean time from checkout to release, where the others are of queries'],
  ['--samples <file>', 'measured hold times, one a line; in place of the above'],
  ['--histogram <file>', 'hold times by bucket (bound and count a line, or Prometheus)'],
  ['--burst <spec>', 'arrivals in bursts: 3x:200ms/1400ms (factor, burst, quiet)'],
  ['--rtt <time>', 'added to the hold time: SSH tunnel, other region'],
] as const;
