import type { ExitCode } from '../../base/errors.ts';
import type { Io } from '../../base/io.ts';
import type { ReadOption } from '../../cli/options.ts';
import { readTimeoutMs } from '../../cli/target.ts';
import { AlarmsSeen } from '../../watch/alarms-seen.ts';
import type { Grouping } from '../../watch/grouping.ts';
import type { WatchingOptions } from '../../watch/options.ts';
import { watchSummary, watchWarnings } from '../../watch/summary.ts';
import { watchTargets } from '../../watch/watch-targets.ts';
import { untilEnd } from './end.ts';
import { exitCodeOf } from './exit-code.ts';
import { listenFlags, watchFlags, watchOutputFlags } from './flags.ts';
import { readFormat } from './output.ts';
import { presenterFor } from './presenter.ts';
import { openStateFile } from './state-file.ts';
import { readTargets } from './targets.ts';

/** Watches what the user named until the end, and answers with the exit code. */
export async function runWatch(dsns: readonly string[], read: ReadOption, io: Io): Promise<ExitCode> {
  const format = readFormat(read, io);
  const isOnce = read(watchFlags.once);
  const forMs = read(watchFlags.for)?.value;
  const failOn = read(watchFlags['fail-on'])?.value;
  const grouping: Grouping = { by: read(watchFlags['group-by']).value, top: read(watchFlags.top).value };
  const options = optionsOf(read);
  const endpoint = await readEndpoint(read, io);
  const { targets, warnings: ofTargets } = await readTargets(dsns, read, io);
  const warnings = [...(endpoint?.warnings ?? []), ...ofTargets];
  const stateFile = read(watchFlags['state-file'])?.value;
  const kept = stateFile === undefined ? undefined : openStateFile(stateFile, io);
  const present = await presenterFor(format, { read, io, grouping, warnings });
  io.watchLoop?.(readTimeoutMs(read));

  const seen = new AlarmsSeen();
  const watching = watchTargets(targets, { ...options, ...(kept ? { marks: kept.marks } : {}) });
  watching.onChange((state) => seen.take(state));
  const stopKeeping = kept?.follow(watching);
  const server = await endpoint?.open(watching).catch(async (error: unknown) => {
    await watching.close();
    throw error;
  });
  const presenter = await present(watching);
  try {
    await untilEnd(watching, { isOnce, forMs, ...(presenter.quit ? { quit: presenter.quit } : {}) }, io);
  } finally {
    await presenter.stop();
    await server?.close();
    stopKeeping?.();
    await watching.close();
  }
  const { state } = watching;
  await presenter.end(watchSummary(state, seen, grouping), watchWarnings(state));
  const isDocument = format === 'json' && (read(watchOutputFlags.output)?.value ?? '-') === '-';
  return exitCodeOf({ state, seen, failOn, isDocument });
}

/** What serves is loaded for those alone who ask for it. */
async function readEndpoint(read: ReadOption, io: Io) {
  const isAsked =
    read(listenFlags.listen) || read(listenFlags['listen-token-env']) || read(listenFlags['listen-insecure']);
  return isAsked ? (await import('./listen.ts')).readListen(read, io) : undefined;
}

/** One look alone decides where there is no other. */
function optionsOf(read: ReadOption): WatchingOptions {
  const alarms = read(watchFlags.alarm).map(({ value: { alarm, limits } }) => [alarm, limits]);
  return {
    intervalMs: read(watchFlags.interval).value,
    timeoutMs: readTimeoutMs(read),
    alarms: Object.fromEntries(alarms),
    ...(read(watchFlags.once) ? { samplesInARow: 1 } : {}),
  };
}
