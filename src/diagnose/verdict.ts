import type { Cause, Diagnosis, TimeShares } from './diagnosis.ts';
import { areLikelyLeaked, lastReturn } from './leaked.ts';
import { isPerhapsNested } from './perhaps-nested.ts';
import type { Scene } from './scene.ts';
import { heldSpan, overlapMs } from './spans.ts';

export type Verdict = Pick<Diagnosis, 'answer' | 'cause' | 'candidates'>;

/** So much of the time of all connections must be lost to one thing, and not half as much to another. */
const telling = 0.3;
const rivalShare = 0.5;
/** From here on it is the cause even where the pool was nearly full before. */
const decisive = 0.5;
/** A pool that is busy for so much of the time without any fault is too small; below the other it is not. */
const nearlyFull = 0.85;
const farFromFull = 0.75;
/** A pool that is too small makes requests wait earlier than after so much of a recording. */
const calmShare = 0.25;
/** A burst is so many times the usual rate. */
const burstFactor = 1.5;

const lostTo: readonly (readonly [Cause, keyof TimeShares])[] = [
  ['leak', 'leaked'],
  ['nested-acquire', 'nested'],
  ['event-loop', 'stopped'],
  ['slow-connects', 'connecting'],
  ['slow-database', 'slower'],
];

/** Names the cause if the recording shows one and rules the others out. */
export function verdictOn(scene: Scene): Verdict {
  const { stretch, shares } = scene;
  if (!stretch || !shares) return { answer: 'no waits' };
  const verdict = likeliest(scene, shares);
  const { cause } = verdict;
  if (cause === undefined || !looksNested.has(cause) || !isPerhapsNested(scene)) return verdict;
  return notClear([cause, 'nested-acquire']);
}

/** Causes that nested acquires may pass for. */
const looksNested: ReadonlySet<Cause> = new Set(['slow-database', 'too-small', 'burst']);

function likeliest(scene: Scene, shares: TimeShares): Verdict {
  const { usual, limit } = scene;
  const lost = lostTo
    .map(([cause, part]) => ({ cause, share: shares[part] }))
    .filter(({ share }) => share >= telling * rivalShare)
    .sort((a, b) => b.share - a.share);
  const [first] = lost;
  const load = usual ? (usual.ratePerSecond * usual.holdMs) / 1_000 / limit : 0;
  if (!first || first.share < telling || shares.excess > first.share) {
    const candidates = lost.filter(({ share }) => share >= rivalShare * shares.excess).map(({ cause }) => cause);
    return ofLoad(scene, load, candidates);
  }
  const candidates = lost.filter(({ share }) => share > rivalShare * first.share).map(({ cause }) => cause);
  const most = first.share >= decisive ? 1 : nearlyFull;
  if (load >= most && usual?.seen !== 'throughout') return notClear([...candidates, 'too-small']);
  if (shares.excess > rivalShare * first.share) return notClear([...candidates, 'burst']);
  if (candidates.length > 1) return notClear(candidates);
  if (first.cause === 'slow-database' && !isOfTheDatabase(scene)) return notClear(['slow-database', 'nested-acquire']);
  if (first.cause === 'slow-database' && mayHaveLeaked(scene)) return notClear(['slow-database', 'leak']);
  return { answer: 'cause', cause: first.cause };
}

/** The last return was long before the end, and what is out since may as well be lost. */
function mayHaveLeaked({ spans, usual, time, recording }: Scene): boolean {
  const holdMs = usual?.mostHoldMs ?? 0;
  const last = lastReturn(spans);
  const isLocked = recording.durationMs - last > 5 * holdMs && (time?.toMs ?? 0) > last;
  return isLocked && areLikelyLeaked(spans, holdMs);
}

/** Nothing is lost that would explain it: more came than the pool serves, always or for a time. */
function ofLoad(
  { usual, time, stretch, spans, recording, limit }: Scene,
  load: number,
  rivals: readonly Cause[],
): Verdict {
  if (!usual || !time || !stretch) return notClear(rivals);
  if (load >= nearlyFull) {
    // Its holds are those of the waits too: where nobody waited at first, they may have been shorter then.
    const wasCalm = usual.seen === 'throughout' && stretch.fromMs > calmShare * recording.durationMs;
    const others: readonly Cause[] = wasCalm ? ['slow-database'] : [];
    const candidates = [...rivals, ...others];
    return candidates.length > 0 ? notClear(['too-small', ...candidates]) : { answer: 'cause', cause: 'too-small' };
  }
  const ms = time.toMs - time.fromMs;
  const expected = (usual.ratePerSecond * ms) / 1_000;
  const isBurst = time.asked >= burstFactor * expected && time.asked - expected >= 4 * Math.sqrt(expected + limit);
  if (!isBurst) return notClear(load >= farFromFull ? [...rivals, 'too-small'] : rivals);
  const leftMs = recording.durationMs - time.toMs;
  const after = spans.filter(({ askedMs }) => askedMs > time.toMs).length;
  const hasEnded = leftMs >= 2 * usual.holdMs && after <= burstFactor * ((usual.ratePerSecond * leftMs) / 1_000 + 1);
  if (!hasEnded) return notClear(['burst', 'too-small']);
  if (rivals.length > 0 || load >= farFromFull)
    return notClear(['burst', ...rivals, ...(load >= farFromFull ? (['too-small'] as const) : [])]);
  return { answer: 'cause', cause: 'burst' };
}

/** How many usual holds back from the beginning of the waits is looked for holds that had grown. */
const fewestSlow = 8;
const holdsBack = [2, 4, 8] as const;

/**
 * Where contexts are followed, nested acquires are seen. Else: they leave the inner holds as short as they were, and make
 * the outer ones long only once requests wait. A slow database makes all longer, and before, and so fills the pool: fewer
 * connections come back than usual from as many that are out.
 */
function isOfTheDatabase({ spans, stretch, usual, time, knowsContexts }: Scene): boolean {
  if (knowsContexts) return true;
  if (!stretch || !usual || !time) return false;
  const since = spans
    .filter(({ grantedMs, returnedMs }) => grantedMs >= time.fromMs && grantedMs <= time.toMs && returnedMs < Infinity)
    .map(({ acquire }) => acquire.useMs ?? 0)
    .sort((a, b) => a - b);
  if (since.length >= fewestSlow && (since[Math.floor(since.length / 4)] ?? 0) >= 1.5 * usual.quarterMs) return true;
  const toMs = stretch.fromMs;
  return holdsBack.some((holds) => {
    const fromMs = toMs - holds * usual.mostHoldMs;
    const expected = overlapMs(spans.map(heldSpan), { fromMs, toMs }) / usual.mostHoldMs;
    const returned = spans.filter(({ returnedMs }) => returnedMs > fromMs && returnedMs <= toMs).length;
    return returned < 0.6 * expected && returned < expected - 2.5 * Math.sqrt(expected);
  });
}

function notClear(candidates: readonly Cause[]): Verdict {
  return { answer: 'not clear', candidates };
}
