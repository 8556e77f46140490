import { PoolctlError } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';
import { isRecording } from '../../measurements/recording.ts';
import type { Evidence, EvidenceKind } from '../evidence.ts';
import { readMeasurement } from './measurement.ts';
import { isPrometheus, readPrometheus } from './prometheus.ts';
import { readRecording } from './recording.ts';
import { isSnapshots, readSnapshots } from './snapshots.ts';
import { isWatch, readWatch } from './watch.ts';

interface EvidenceReader {
  readonly kind: EvidenceKind;
  /** Only to choose the reader, which then looks closely. */
  readonly isSuch: (text: string) => boolean;
  readonly read: (text: string, file: string) => Evidence | Promise<Evidence>;
}

const readers: readonly EvidenceReader[] = [
  { kind: 'recording', isSuch: isRecording, read: readRecording },
  { kind: 'watch', isSuch: isWatch, read: readWatch },
  {
    kind: 'measurement',
    isSuch: (text) => /^\s*\{\s*"schema"\s*:\s*"poolctl\.(?:measure|monitor)\//.test(text),
    read: readMeasurement,
  },
  { kind: 'prometheus', isSuch: isPrometheus, read: readPrometheus },
  { kind: 'snapshots', isSuch: isSnapshots, read: readSnapshots },
];

/**
 * What a file says of pools; its content tells its kind: lines of `snapshot()`, of `poolctl watch`, a recording, an answer of
 * Prometheus, a measurement. @throws PoolctlError INPUT_INVALID, INPUT_MISSING
 */
export async function readEvidence(text: string, file: string): Promise<Evidence> {
  if (text.trim() === '') {
    throw new PoolctlError('INPUT_MISSING', `${file} is empty.`, { hint: 'Was it written to the end?' });
  }
  const reader = readers.find(({ isSuch }) => isSuch(text));
  if (reader) return withSafeNames(await reader.read(text.replace(/^\uFEFF/, ''), file));
  throw new PoolctlError('INPUT_INVALID', `${file} is none of the files that recommend reads.`, {
    hint: 'It reads lines of snapshot() of poolctl/monitor, lines of `poolctl watch`, recordings, answers of /api/v1/query_range of Prometheus, and what `poolctl measure --json` writes.',
  });
}

/** Names of pools and instances go into messages and documents, and may have been made of a DSN. */
function withSafeNames({ histories, loads, ...evidence }: Evidence): Evidence {
  const named = histories.map((history) => ({
    ...history,
    pool: poolName(history.pool),
    instance: poolName(history.instance),
  }));
  return { ...evidence, histories: named, loads: loads.map((load) => ({ ...load, what: poolName(load.what) })) };
}

/** A name as it is shown, and as --pool may give it. */
export const poolName = (name: string): string => redact(name);
