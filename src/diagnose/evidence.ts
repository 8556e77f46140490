import { formatCount, formatDuration, formatNumber, formatRatio, perSecond } from '../base/units.ts';
import type { Cause } from './diagnosis.ts';
import type { Scene } from './scene.ts';
import type { Verdict } from './verdict.ts';

/** What speaks for the cause, or for each candidate, in numbers. */
export function evidenceOf(scene: Scene, { answer, cause, candidates = [] }: Verdict): string[] {
  const leaks = cause !== 'leak' && !candidates.includes('leak') && scene.leaked.length > 0 ? proofOf.leak(scene) : [];
  if (answer === 'no waits') return ['No request waited long for a connection.', ...leaks];
  return [...waitText(scene), ...(cause ? [cause] : candidates).flatMap((one) => proofOf[one](scene)), ...leaks];
}

function waitText({ stretch, limit }: Scene): string[] {
  if (!stretch) return [];
  const { fromMs, toMs, waiters, mostWaiting } = stretch;
  return [
    `${formatCount(waiters, 'request')} waited between ${formatDuration(fromMs)} and ${formatDuration(toMs)} of the recording, up to ${formatNumber(mostWaiting)} at once, for one of ${formatCount(limit, 'connection')}.`,
  ];
}

const proofOf: Readonly<Record<Cause, (scene: Scene) => string[]>> = {
  leak: ({ leaked, recording, usual, limit, shares }) => [
    `${formatCount(leaked.length, 'connection')} of ${formatNumber(limit)} never came back: out for ${formatDuration(recording.durationMs - (leaked[0]?.grantedMs ?? 0))} at most${usual ? `, while the longest of the others was held for ${formatDuration(usual.longestHoldMs)}` : ''}.`,
    ...(shares ? [`They took ${formatRatio(shares.leaked)} of all connection time while requests waited.`] : []),
  ],
  'nested-acquire': ({ nested, shares, knowsContexts, time }) => {
    const inside = nested.filter(({ waiter }) => time && waiter.waitedMs > time.fromMs && waiter.askedMs < time.toMs);
    if (inside.length === 0) {
      return knowsContexts
        ? []
        : [
            'Whether those who held connections waited for others is not known: `instrument` follows contexts only with `contexts: true`.',
          ];
    }
    const known = knowsContexts
      ? 'a request waited for a connection while it held another one'
      : 'a connection came back only when another acquire, asked for meanwhile, had timed out';
    return [
      `${formatCount(inside.length, 'time')} ${known}; that took ${formatRatio(shares?.nested ?? 0)} of all connection time.`,
    ];
  },
  'event-loop': ({ recording, time, shares }) => {
    const inside = recording.stops.filter(({ fromMs, toMs }) => time && toMs > time.fromMs && fromMs < time.toMs);
    const longestMs = Math.max(0, ...inside.map(({ fromMs, toMs }) => toMs - fromMs));
    return [
      `The event loop stood still or was late for ${formatRatio(shares?.stopped ?? 0)} of that time${inside.length > 0 ? `: ${formatCount(inside.length, 'stop')}, the longest ${formatDuration(longestMs)}` : ''}. Connections that the database had answered were not returned meanwhile.`,
    ];
  },
  'slow-connects': ({ recording, time, shares }) => {
    const tried = recording.connects.filter(({ startedMs }) => startedMs <= (time?.toMs ?? 0));
    const took = tried.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
    const failed = tried.filter((one) => one.failed).length;
    const median = took[Math.floor(took.length / 2)];
    return [
      `The pool was not full: ${formatRatio(shares?.connecting ?? 0)} of it was being opened while requests waited.`,
      `${formatCount(tried.length, 'connection')} were opened${median === undefined ? ', none of them in time' : `, in ${formatDuration(median)} (median)`}${failed > 0 ? `; ${formatNumber(failed)} failed` : ''}.`,
    ];
  },
  'slow-database': ({ usual, time, shares }) => {
    if (!usual || !time) return [];
    const then =
      time.returned > 0
        ? `a connection was held for ${formatDuration(time.workedMs / time.returned)}`
        : 'no connection came back';
    return [
      `While more and more waited, ${then}; ${formatDuration(usual.holdMs)} is usual ${seenText(usual.seen)}.`,
      `${rateText(time)} came, ${perSecond(usual.ratePerSecond)} are usual: ${formatRatio(shares?.slower ?? 0)} of all connection time went to longer holds.`,
    ];
  },
  burst: ({ usual, time, limit }) => {
    if (!usual || !time) return [];
    return [
      `${rateText(time)} came for ${formatDuration(time.toMs - time.fromMs)}, ${perSecond(usual.ratePerSecond)} are usual. Holds were as ever: ${formatDuration(usual.holdMs)}.`,
      `The usual load keeps ${formatNumber((usual.ratePerSecond * usual.holdMs) / 1_000)} of ${formatCount(limit, 'connection')} busy.`,
    ];
  },
  'too-small': ({ usual, limit }) => {
    if (!usual) return [];
    const { ratePerSecond, holdMs } = usual;
    const busy = (ratePerSecond * holdMs) / 1_000;
    return [
      `${perSecond(ratePerSecond)} × ${formatDuration(holdMs)} keeps ${formatNumber(busy)} connections busy all the time; there are ${formatNumber(limit)}.`,
    ];
  },
};

const rateText = ({ asked, fromMs, toMs }: NonNullable<Scene['time']>) =>
  perSecond((1_000 * asked) / Math.max(1, toMs - fromMs));

const seenText = (seen: 'before' | 'after' | 'throughout') =>
  seen === 'throughout' ? 'in this recording' : `${seen} that`;
