import type { Recording } from '../measurements/recording.ts';
import { advice } from './advice.ts';
import type { Cause, Diagnosis, LoadFigures, WaitFigures } from './diagnosis.ts';
import { evidenceOf } from './evidence.ts';
import { type Scene, sceneOf } from './scene.ts';
import { sitesOf } from './sites.ts';
import type { Span } from './spans.ts';
import { verdictOn } from './verdict.ts';

/** Why requests waited for a connection, with the evidence in the recording; `not clear` where it does not tell. */
export function diagnose(recording: Recording): Diagnosis {
  const scene = sceneOf(recording);
  const verdict = verdictOn(scene);
  const named: readonly Cause[] = verdict.cause ? [verdict.cause] : (verdict.candidates ?? []);
  return {
    ...verdict,
    evidence: evidenceOf(scene, verdict),
    advice: named.flatMap((cause) => advice(cause, scene)),
    waits: waitsOf(scene.spans),
    ...(scene.stretch && { stretch: scene.stretch }),
    ...loadOf(scene),
    ...(scene.shares && { shares: scene.shares }),
    sites: sitesOf(scene, named[0]),
  };
}

function waitsOf(spans: readonly Span[]): WaitFigures {
  const waits = spans.map(({ acquire }) => acquire.waitMs).sort((a, b) => a - b);
  const at = (p: number) => waits[Math.min(waits.length - 1, Math.floor(p * waits.length))] ?? 0;
  const ended = (...outcomes: readonly string[]) => spans.filter(({ acquire }) => outcomes.includes(acquire.outcome));
  return {
    asked: spans.length,
    failed: ended('timed out', 'refused', 'failed').length,
    stillWaiting: ended('waiting').length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    longestMs: waits.at(-1) ?? 0,
  };
}

function loadOf({ limit, usual, time }: Scene): { load?: LoadFigures } {
  if (!usual) return {};
  const { holdMs: usualHoldMs, ratePerSecond, seen } = usual;
  const ms = time && time.toMs - time.fromMs;
  return {
    load: {
      limit,
      ratePerSecond,
      usualHoldMs,
      seen,
      usualLoad: (ratePerSecond * usualHoldMs) / 1_000,
      peakRatePerSecond: time && ms ? (1_000 * time.asked) / ms : ratePerSecond,
      ...(time && time.returned > 0 && { holdThenMs: (time.workedMs + time.nestedMs) / time.returned }),
    },
  };
}
