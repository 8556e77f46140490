/** The numbers of the sizing rule that measured TPS and p95 are put through. */
export interface SizingRule {
  /** Connections kept above the load, as a share of it. */
  readonly headroomRatio: number;
  /** queueLimit as a share of connectionLimit. */
  readonly queueRatio: number;
  readonly acquireTimeoutMs: number;
  readonly connectTimeoutMs: number;
}

/** The rule where nothing else is asked for. */
export const formulaRule: SizingRule = {
  headroomRatio: 0.5,
  queueRatio: 0.55,
  acquireTimeoutMs: 30_000,
  connectTimeoutMs: 10_000,
};

/** Where the rule comes from, as printed by --explain. */
export const ruleSources = {
  load: "Little's law; Commons DBCP reading: Naver D2 helloworld/5102792 (5 connections / 500 ms = 10 TPS)",
  headroom: 'poolctl explain sizing-guide: 60 x 1.5 = 90; 30 to 50 % for peaks',
  targets: 'poolctl explain model: a share of headroom protects a small pool less than a large one',
  queue: 'poolctl explain sizing-guide: about 55 % of connectionLimit',
  deadline: 'Naver D2 helloworld/5102792 on maxWait: a wait beyond the patience of the caller is wasted',
  deadlock: 'HikariCP wiki, About Pool Sizing: Tn x (Cm - 1) + 1',
  capacity: 'HikariCP wiki, About Pool Sizing: 2 x cores + effective spindles, of active connections of the server',
  budget:
    'max_connections less the reserved slots and what others take; pools x connectionLimit at the largest number of instances',
  wait: 'Erlang C (1917): Poisson arrivals, exponential hold times',
} as const;
