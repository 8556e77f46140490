/** An HdrHistogram counts whole microseconds; every other time in poolctl is in ms. */
export function toMicroseconds(ms: number): number {
  return ms * 1_000;
}

export function toMilliseconds(microseconds: number): number {
  return microseconds / 1_000;
}
