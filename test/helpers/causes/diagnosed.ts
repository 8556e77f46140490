import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diagnose } from '../../../src/diagnose/diagnose.ts';
import type { Cause, Diagnosis } from '../../../src/diagnose/diagnosis.ts';
import { parseRecording } from '../../../src/measurements/recording.ts';
import { instrument, type Monitor } from '../../../src/monitor/instrument.ts';
import { flightRecorder } from '../../../src/monitor/recording/flight-recorder.ts';
import type { Server } from '../servers/facts.ts';
import { admin, ordinary, type Protocol, run } from '../sessions.ts';
import { forceCause, speedTable } from './force.ts';

export { causes } from '../../../src/diagnose/diagnosis.ts';

export interface Forced {
  readonly protocol: Protocol;
  readonly server: Server;
  readonly seed: number;
  readonly durationMs: number;
}

/** Forces a cause on a server, and what the file of the flight recorder says of it. */
export async function diagnosisOf(cause: Cause, options: Forced): Promise<Diagnosis> {
  return diagnose(parseRecording(await recordingOf(cause, options), cause));
}

/** The file that the flight recorder writes while a cause is forced on a server. */
export async function recordingOf(cause: Cause, options: Forced): Promise<string> {
  const { protocol, server, seed, durationMs } = options;
  const folder = mkdtempSync(join(tmpdir(), 'poolctl-causes-'));
  const file = join(folder, 'recording.json');
  const recorder = flightRecorder();
  let monitor: Monitor | undefined;
  try {
    await run(protocol, admin(server), ...speedTable[protocol]);
    await forceCause(cause, {
      ...{ protocol, seed, durationMs, login: ordinary(server), admin: admin(server) },
      observe: (pool) => {
        monitor = instrument(pool, { contexts: true, plugins: [recorder], onEvent: () => {} });
      },
      atEnd: () => recorder.record(file),
    });
    return readFileSync(file, 'utf8');
  } finally {
    monitor?.uninstrument();
    rmSync(folder, { recursive: true });
  }
}
