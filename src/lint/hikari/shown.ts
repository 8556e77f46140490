import { shownMs } from '../pools/words.ts';

/** The value of an option of HikariCP as people write it; its times are in ms. */
export function hikariTime(name: string, value: number): string {
  return /Timeout|Lifetime|Time$|Threshold/.test(name) && value > 0 ? shownMs(value) : String(value);
}
