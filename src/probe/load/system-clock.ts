/** In ms, by the clock that all threads of a process share: performance.now() begins anew in each. */
export function systemNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000 + nanoseconds / 1e6;
}
