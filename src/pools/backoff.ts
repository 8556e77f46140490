/**
 * A wait before the next try, with full jitter: evenly between 0 and `baseMs · 2^(tries − 1)`, at most `capMs`.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * @param random a number from 0 to below 1
 */
export function backoffMs(tries: number, baseMs: number, capMs: number, random: number): number {
  return random * Math.min(capMs, baseMs * 2 ** (tries - 1));
}
