/** A round of both settings, warm-ups included: shorter ones hardly leave the start. */
const roundMs = 12_000;
const fewestRounds = 3;
const mostRounds = 10;

/** How many rounds of a comparison fit a time: the more, the surer, since what differs between rounds is not seen in one. */
export function comparisonRounds(durationMs: number): number {
  return Math.min(mostRounds, Math.max(fewestRounds, Math.floor(durationMs / roundMs)));
}
