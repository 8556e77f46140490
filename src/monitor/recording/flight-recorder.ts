import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { MonitoredPool, PoolPlugin } from '../pool-monitor.ts';
import { withoutThrowing } from '../watched-pool.ts';
import type { RecordingReason } from './document.ts';
import { watchLoop } from './loop-watch.ts';
import { checkedOptions, type FlightRecorderOptions } from './options.ts';
import { PoolRecording } from './pool-recording.ts';
import { SaturationTrigger } from './saturation-trigger.ts';
import { writeWhole } from './write-file.ts';

/** A plugin for `instrument` that keeps the last minutes of its pools. */
export interface FlightRecorder extends PoolPlugin {
  /**
   * Writes the last minutes of a pool to a file, now. `pool` is its name; it may be left out where there is one pool.
   * Rejects where no such pool is recorded, or the file cannot be written.
   */
  record(path: string, pool?: string): Promise<void>;
}

interface Recorded {
  readonly pool: MonitoredPool;
  readonly recording: PoolRecording;
}

/** @throws RangeError for an option that is out of its range */
export function flightRecorder(options: FlightRecorderOptions = {}): FlightRecorder {
  const settings = checkedOptions(options);
  const recorded = new Map<string, Recorded>();
  const written: string[] = [];

  const write = async (path: string, { recording }: Recorded, reason: RecordingReason) =>
    writeWhole(path, JSON.stringify(recording.document(reason, Date.now())));

  const writeSaturated = async (one: Recorded, folder: string) => {
    try {
      const path = join(folder, `${fileName(one.pool.name)}-${new Date().toISOString().replaceAll(':', '')}.json`);
      await mkdir(folder, { recursive: true });
      while (written.length >= settings.files) await rm(written.shift() ?? '', { force: true });
      await write(path, one, 'saturated');
      written.push(path);
      settings.onFile(path, one.pool.name);
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      withoutThrowing('onError of a flight recorder failed', () => settings.onError(failure));
    }
  };

  const plugin: PoolPlugin = (pool) => {
    const recording = new PoolRecording(pool, settings, process.cwd());
    const one = { pool, recording };
    recorded.set(pool.name, one);
    const { folder } = settings;
    const trigger = new SaturationTrigger(settings);
    const stopLoop = watchLoop((atMs, lateMs) => recording.late(atMs, lateMs));
    const removeSinks = [
      pool.observer.addSink(recording),
      pool.observer.addSink({
        sampled: () => {
          if (folder !== undefined && trigger.isDue(pool.observer)) void writeSaturated(one, folder);
        },
      }),
    ];
    return () => {
      stopLoop();
      for (const remove of removeSinks) remove();
      recorded.delete(pool.name);
    };
  };

  const record = async (path: string, name?: string) => {
    if (typeof path !== 'string') throw new TypeError('record() needs the path of the file that it writes.');
    const [only, ...others] = recorded.values();
    const one = name === undefined && others.length === 0 ? only : recorded.get(name ?? '');
    if (!one) throw new Error(notRecorded(name, [...recorded.keys()]));
    await write(path, one, 'asked');
  };
  return Object.assign(plugin, { record });
}

/** Of a name such as `db.example:5432/orders`. */
function fileName(pool: string): string {
  return `poolctl-${pool.replace(/[^\w.-]+/g, '-').slice(0, 100)}`;
}

function notRecorded(name: string | undefined, names: readonly string[]): string {
  const known = names.length === 0 ? 'No pool is recorded.' : `Recorded are: ${names.join(', ')}.`;
  return name === undefined ? `Which pool? ${known}` : `There is no pool "${name}". ${known}`;
}
