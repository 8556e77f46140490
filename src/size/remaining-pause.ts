const steps = 400;

/**
 * What is left of pauses when something happens that has nothing to do with them: the expected longest rest of so many, each
 * evenly between `leastMs` and `mostMs` and followed by another. A rest is at most r with the probability of the integral of
 * P(pause > x) from 0 to r over the mean pause (renewal theory; Cox, Renewal Theory, 1962, chapter 5).
 */
export function longestRemainingMs(leastMs: number, mostMs: number, pauses: number): number {
  const meanMs = (leastMs + mostMs) / 2;
  const widthMs = mostMs - leastMs;
  const atMost = (restMs: number): number => {
    if (restMs <= leastMs || widthMs === 0) return restMs / meanMs;
    return 1 - (mostMs - restMs) ** 2 / (2 * widthMs * meanMs);
  };
  const stepMs = mostMs / steps;
  let sumMs = 0;
  for (let step = 0; step < steps; step++) sumMs += stepMs * (1 - atMost((step + 0.5) * stepMs) ** pauses);
  return sumMs;
}
