import { formatCount, formatDuration, formatNumber, formatRatio } from '../../base/units.ts';
import type { KneeFound, PoolerFigures, PoolerReach, ProbeResult, ProbeRun } from '../result.ts';
import { mainRun } from '../runs.ts';
import type { PoolerLooks } from './looks.ts';

type Met = NonNullable<PoolerFigures['met']>;

/** A pooler, and what it let through before the load. */
export interface ThroughPooler {
  readonly pooler: PoolerFigures & { readonly reach: PoolerReach };
  readonly looks: PoolerLooks;
  /** Connections that the server behind still had for this user, before the load. */
  readonly freeOnServer: number;
}

/** All that tells which limit was met. */
export interface LimitFacts extends ThroughPooler {
  readonly found: Pick<ProbeResult, 'runs' | 'recommendation' | 'ramp'>;
  /** The pool that was to be tested, where it was one. */
  readonly asked?: number;
}

/** Requests that had to wait for a connection of the application's own pool, as a share that is no chance. */
const someWaits = 0.1;
/** Of what the pooler runs at once, from which on a level is as good as at it. */
const near = 0.8;

/** The limit that was met first: of the pooler, the server behind it, or the application's pool; with what shows it. */
export function limitMet(facts: LimitFacts): Met {
  const { pooler, found, asked } = facts;
  const { reach } = pooler;
  return (
    byFailures(facts) ??
    (found.ramp && byKnee(found.ramp.knee, facts)) ??
    (asked !== undefined && asked > reach.letIn ? byRefusal(facts) : undefined) ??
    (asked === undefined ? (byQueue(facts) ?? byRefusal(facts)) : undefined) ??
    byRun(facts)
  );
}

function byFailures({ pooler: { name }, found: { runs } }: LimitFacts): Met | undefined {
  const count = (kind: keyof ProbeRun['failed']) => runs.reduce((sum, { failed }) => sum + (failed[kind] ?? 0), 0);
  const [turnedAway, gaveUp, full] = [count('pooler-full'), count('pooler-wait'), count('server-full')];
  if (turnedAway > 0) {
    return met('pooler-clients', `${name} refused ${formatCount(turnedAway, 'connection')} of the load.`);
  }
  if (gaveUp > 0) {
    return met('pooler-connections', `${formatCount(gaveUp, 'request')} gave up in the queue of ${name}.`);
  }
  if (full > 0) return met('server', `The server behind ${name} refused ${formatCount(full, 'connection')}.`);
  return undefined;
}

/** Whether a ramp came to its best before the pooler could have been the reason. */
export function isBelowReach({ connectionLimit, limitedBy }: KneeFound, { pooler }: ThroughPooler): boolean {
  const { atOnce, letIn, refusal } = pooler.reach;
  if (connectionLimit === undefined || limitedBy === 'pooler') return false;
  return (atOnce >= letIn && !refusal) || connectionLimit < near * atOnce;
}

function byKnee(knee: KneeFound, facts: LimitFacts): Met | undefined {
  if (!isBelowReach(knee, facts)) return undefined;
  const { connectionLimit = 1, limitedBy, reason } = knee;
  const isOwn = limitedBy === 'client' || limitedBy === 'host';
  return met(isOwn ? 'unclear' : 'server', `With a pool of ${formatNumber(connectionLimit)}: ${reason}`);
}

function byQueue(facts: LimitFacts): Met | undefined {
  const { letIn, atOnce } = facts.pooler.reach;
  return atOnce < letIn ? queueMet(facts) : undefined;
}

/** Requests waited in the pooler: for its own connections, or for those that the server does not let it have. */
function queueMet(facts: LimitFacts, ...evidence: string[]): Met {
  const isServer = facts.freeOnServer <= facts.pooler.reach.atOnce || isKeptShort(facts);
  return met(isServer ? 'server' : 'pooler-connections', ...evidence, ...queueEvidence(facts));
}

/** Sentences on how many the pooler ran at once. */
export function queueEvidence({ pooler, looks, freeOnServer }: ThroughPooler): string[] {
  const { name, reach, settings } = pooler;
  const { letIn, atOnce } = reach;
  const waiting = letIn - atOnce;
  return [
    `Of ${formatCount(letIn, 'request')} at once, ${formatNumber(atOnce)} ran on the server and ${formatNumber(waiting)} waited in ${name}, while the server had ${formatCount(freeOnServer, 'connection')} free.`,
    ...(settings ? [poolSizeSentence(settings, atOnce, isKeptShort({ pooler, looks }))] : []),
    ...(looks.mostWaiting ? [`Its console counted up to ${formatCount(looks.mostWaiting, 'client')} waiting.`] : []),
  ];
}

/** A pooler that has fewer connections to the server than it may have, while clients wait, gets no more from the server. */
function isKeptShort({ pooler, looks }: Pick<ThroughPooler, 'pooler' | 'looks'>): boolean {
  const { poolSize = 0, maxDatabaseConnections = poolSize } = pooler.settings ?? {};
  return looks.mostServers !== undefined && looks.mostServers < Math.min(poolSize, maxDatabaseConnections);
}

function poolSizeSentence(settings: NonNullable<PoolerFigures['settings']>, atOnce: number, isShort: boolean): string {
  const { poolSize, maxDatabaseConnections } = settings;
  const size = `Its pool_size for this user and database is ${formatNumber(poolSize)}`;
  if (atOnce >= poolSize) return `${size}.`;
  if (isShort) return `${size}, and the server lets it have no more (the log of the pooler says why).`;
  if (maxDatabaseConnections !== undefined && maxDatabaseConnections < poolSize) {
    return `${size}, and max_db_connections ${formatNumber(maxDatabaseConnections)}.`;
  }
  return `${size}: other clients of the same pool had the rest.`;
}

function byRefusal(facts: LimitFacts): Met | undefined {
  const { refusal } = facts.pooler.reach;
  if (!refusal) return undefined;
  const evidence = refusalEvidence(facts);
  switch (refusal.kind) {
    case 'pooler-wait':
      return met('pooler-connections', evidence);
    case 'server-full':
      return met('server', evidence);
    default:
      return met('pooler-clients', evidence);
  }
}

/** A sentence on what the first met that was not let in. */
export function refusalEvidence({ pooler: { name, reach }, freeOnServer }: ThroughPooler): string {
  const { letIn, refusal } = reach;
  const next = `connection ${formatNumber(letIn + 1)}`;
  const free = `${formatCount(letIn, 'connection')} ${letIn === 1 ? 'was' : 'were'} open and the server had ${formatNumber(freeOnServer)} free`;
  switch (refusal?.kind) {
    case 'pooler-wait':
      return `${capital(name)} took the login of ${next} and had no connection to the server for it, while ${free}.`;
    case 'connect-failed':
      return `${capital(name)} did not answer ${next}, while ${free}.`;
    case 'server-full':
      return `The server behind ${name} refused ${next}: ${refusal.message} (${refusal.label}).`;
    default:
      return `${capital(name)} refused ${next}: ${refusal?.message ?? 'no reason'} (${refusal?.label ?? 'none'}), while ${free}.`;
  }
}

/** What the load itself shows: where its requests waited. */
function byRun(facts: LimitFacts): Met {
  const { pooler, found, asked } = facts;
  const { name, reach } = pooler;
  const run = mainRun(found);
  const tried = asked ?? reach.letIn;
  if (!run || run.completed === 0) {
    if (found.ramp || asked === undefined) {
      return met('none', `All of ${formatCount(tried, 'request')} at once ran on the server; more were not tried.`);
    }
    return met('unclear', 'Nothing was measured under this load.');
  }
  const size = run.pool.connectionLimit * (run.instances ?? 1);
  const past = (run.throughputPerSecond.value * (run.meanServiceMs?.value ?? 0)) / 1_000;
  if (size > reach.atOnce && past > near * reach.atOnce && reach.atOnce < reach.letIn) {
    return queueMet(
      facts,
      `${formatNumber(past)} requests on average were past the application's pool of ${formatNumber(size)}, and ${name} runs ${formatNumber(reach.atOnce)} at once on the server: the others waited in it.`,
    );
  }
  const waited = run.waitProbability?.value ?? 0;
  const waitedMs = run.meanWaitMs?.value ?? 0;
  const inPooler = `none in ${name}, which ${reach.atOnce < reach.letIn ? 'runs' : 'ran'} ${formatNumber(reach.atOnce)} at once`;
  if (run.overCapacity || waited >= someWaits) {
    return met(
      'pool',
      `${formatRatio(waited)} of the requests waited for one of the ${formatCount(size, 'connection')} of the application's pool, ${formatDuration(waitedMs)} on average; ${inPooler}.`,
    );
  }
  return met('none', `${formatRatio(waited)} of the requests waited in the application's pool, ${inPooler}.`);
}

function met(limit: Met['limit'], ...evidence: string[]): Met {
  return { limit, evidence };
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
