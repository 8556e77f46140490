import { parseMeasurement } from '../../measure/document.ts';
import type { Evidence } from '../evidence.ts';

/** What `poolctl measure --json` or toSizeInput() has written: a load without a time. @throws PoolctlError INPUT_INVALID */
export function readMeasurement(text: string, file: string): Evidence {
  return {
    histories: [],
    loads: [parseMeasurement(text, file)],
    notes: [`${file}: a measured load has a rate and hold times, and neither a time nor waits, timeouts or a pool.`],
  };
}
