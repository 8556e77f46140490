import { failureBefore, soonMs, timedOut } from './nested.ts';
import type { Scene } from './scene.ts';
import type { Span } from './spans.ts';

/** Of exponential holds a quarter is below 0.29 of the mean and a quarter above 1.39 of it: 4.8 times as long. */
const widest = 8;
/** Of exponential pauses, one in a million is as much longer than their median. */
const longestPause = 20;

/**
 * Where contexts were not followed: whether what looks like another cause may be nested acquires. They leave some holds
 * short and make others as long as a wait, let connections come back when an acquire fails, or let none come back at all.
 */
export function isPerhapsNested(scene: Scene): boolean {
  if (scene.knowsContexts || !scene.stretch) return false;
  const { fromMs, toMs } = scene.stretch;
  const returned = scene.spans
    .filter(({ returnedMs }) => returnedMs >= fromMs && returnedMs <= toMs)
    .sort((a, b) => a.returnedMs - b.returnedMs);
  return comeBackAtFailures(scene, returned) || areOfTwoKinds(returned) || stoodStill(scene, returned);
}

function comeBackAtFailures({ spans, stretch }: Scene, returned: readonly Span[]): boolean {
  const failures = timedOut(spans);
  const together = returned.filter((span) => failureBefore(span, failures) !== undefined).length;
  const ms = (stretch?.toMs ?? 0) - (stretch?.fromMs ?? 0);
  const byChance = returned.length * (1 - Math.exp((-failures.length * soonMs) / Math.max(1, ms)));
  return together >= 3 && together > byChance + 3 * Math.sqrt(byChance);
}

function areOfTwoKinds(returned: readonly Span[]): boolean {
  const holds = returned.map(({ acquire }) => acquire.useMs ?? 0).sort((a, b) => a - b);
  const at = (p: number) => holds[Math.floor(p * (holds.length - 1))] ?? 0;
  return at(0.75) > widest * at(0.25);
}

/** Beside the times when the process itself stood still. */
function stoodStill({ recording, stretch }: Scene, returned: readonly Span[]): boolean {
  const pauses = returned
    .map(({ returnedMs }, index) => ({
      fromMs: returned[index - 1]?.returnedMs ?? stretch?.fromMs ?? 0,
      toMs: returnedMs,
    }))
    .filter((pause) => !recording.stops.some(({ fromMs, toMs }) => fromMs < pause.toMs && toMs > pause.fromMs))
    .map(({ fromMs, toMs }) => toMs - fromMs)
    .sort((a, b) => a - b);
  const median = pauses[Math.floor(pauses.length / 2)] ?? 0;
  return (pauses.at(-1) ?? 0) > longestPause * median && median > 0;
}
