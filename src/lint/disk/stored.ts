import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deserialize, serialize } from 'node:v8';

/** In front of the rest, so that a damaged file is as none. */
const sumOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
const sumLength = 64;

/** The parts of a cache, each read only by who needs it. */
type Part = 'answer' | 'files';
type Parts = { readonly [part in Part]?: Uint8Array };

/** A part of what `writeStored` has written to a file; undefined where it is not there or damaged. */
export function readStored(file: string, part: Part): unknown {
  const bytes = partsIn(file)[part];
  return bytes && deserialize(bytes);
}

function partsIn(file: string): Parts {
  try {
    const bytes = readFileSync(file);
    const body = bytes.subarray(sumLength);
    return sumOf(body) === bytes.toString('latin1', 0, sumLength) ? (deserialize(body) as Parts) : {};
  } catch {
    return {};
  }
}

/** Under another name first, so that a run beside this one never reads half of it. A folder that is not writable is no error. */
export function writeStored(file: string, part: Part, value: object): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const temporary = `${file}.${globalThis.crypto.randomUUID()}.tmp`;
    const body = serialize({ ...partsIn(file), [part]: serialize(value) });
    try {
      writeFileSync(temporary, sumOf(body) + body.toString('latin1'), { encoding: 'latin1', mode: 0o600 });
      renameSync(temporary, file);
    } finally {
      rmSync(temporary, { force: true });
    }
  } catch {
    // The next run is as slow as this one.
  }
}
